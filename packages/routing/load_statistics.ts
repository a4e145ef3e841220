import { checkInteger } from "./_check.ts";
import { countExperts } from "./_count_experts.ts";

/** How evenly tokens spread over experts. */
export interface LoadStatistics {
  /** Entries of each expert [experts]. */
  readonly counts: Int32Array<ArrayBuffer>;
  /** `counts` divided by their sum [experts]; zeros when there are no entries. */
  readonly fractions: Float64Array<ArrayBuffer>;
  /** Fewest entries of an expert. */
  readonly min: number;
  /** Entries divided by experts. */
  readonly mean: number;
  /** Most entries of an expert. */
  readonly max: number;
  /** `max / mean`: 1 when even, the number of experts when one has all; 1 without entries. */
  readonly imbalance: number;
  /** Entropy of `fractions` divided by log(experts): 1 when even, 0 when one has all; 1 for one expert or no entries. */
  readonly entropy: number;
}

function entropyOf(fractions: Float64Array): number {
  let sum = 0;
  for (const fraction of fractions) if (fraction > 0) sum -= fraction * Math.log(fraction);
  return sum / Math.log(fractions.length);
}

/**
 * Measures how evenly a routing spreads tokens over experts.
 *
 * @param expertOfToken Expert of each token, or of each token and rank
 * @param experts Number of experts
 * @returns Counts, fractions, and figures that sum them up
 * @throws {RangeError} If an expert does not exist or `experts` is not an integer >= 1
 *
 * @example Measure a lopsided routing
 * ```ts
 * import { loadStatistics } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * const { min, mean, max, imbalance } = loadStatistics(Int32Array.of(0, 0, 0, 1), 2);
 * assertEquals([min, mean, max, imbalance], [1, 2, 3, 1.5]);
 * ```
 */
export function loadStatistics(expertOfToken: Int32Array, experts: number): LoadStatistics {
  checkInteger(experts, "experts", 1, "measure load");
  const counts = countExperts(expertOfToken, experts, "measure load");
  const entries = expertOfToken.length;
  const fractions = Float64Array.from(counts, (count) => entries === 0 ? 0 : count / entries);
  const min = counts.reduce((least, count) => Math.min(least, count));
  const max = counts.reduce((most, count) => Math.max(most, count));
  const mean = entries / experts;
  const imbalance = entries === 0 ? 1 : max / mean;
  const entropy = experts === 1 || entries === 0 ? 1 : entropyOf(fractions);
  return { counts, fractions, min, mean, max, imbalance, entropy };
}
