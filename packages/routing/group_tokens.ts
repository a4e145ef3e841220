import { checkCount, checkInteger, checkKind } from "./_check.ts";

/** Rows that a 32-bit offset counts. */
const MOST_ROWS = 2 ** 31 - 1;

/** How {@linkcode groupTokens} lays out its segments. */
export interface GroupTokensOptions {
  /** Number of experts. */
  readonly experts: number;
  /** Rows to which every segment is padded, the V of V:N:M. */
  readonly align: number;
  /**
   * Whether four neighbours come from the four quarters of their segment, as tokens that are neighbours in a text
   * activate the same neurons; `align` is a multiple of 4 then. Default: false.
   */
  readonly spread?: boolean;
}

/** Tokens sorted by expert. */
export interface TokenGroups {
  /** Entry of `expertOfToken` in each row, or -1 in a row of padding [offsets[experts]]. */
  readonly order: Int32Array<ArrayBuffer>;
  /** Row where the segment of each expert starts, and the number of rows [experts + 1]. */
  readonly offsets: Int32Array<ArrayBuffer>;
}

/**
 * The row of a spread segment of `rows` rows that holds what sorting puts into a row: row 4i + j of row jP/4 + i of P.
 */
function spreadRow(row: number, rows: number): number {
  const quarter = rows / 4;
  return 4 * (row % quarter) + Math.floor(row / quarter);
}

/** How often each expert occurs; throws at an expert that does not exist. */
function countExperts(expertOfToken: Int32Array, experts: number, action: string): Int32Array<ArrayBuffer> {
  checkKind(expertOfToken, "Int32Array", "expertOfToken", action);
  checkCount(experts, "experts", action);
  const counts = new Int32Array(experts);
  for (const expert of expertOfToken) {
    if (expert < 0 || expert >= experts) {
      throw new RangeError(`Cannot ${action} as experts must be in [0, ${experts}): current value is ${expert}`);
    }
    counts[expert] = (counts[expert] as number) + 1;
  }
  return counts;
}

/**
 * Sorts tokens by expert so that tokens of one expert are adjacent rows (paper, section 3.1, Figure 4c).
 *
 * It is a stable counting sort: within a segment the order of the tokens stays. Each segment is padded at its end to a
 * multiple of `align`; an expert without tokens has no rows. With `spread`, the rows of a segment, those of padding
 * among them, are then dealt in turn from its four quarters: of P rows row 4i + j holds what sorting puts into row jP/4
 * + i.
 *
 * With top-k routing pass the flat [tokens, topK] array of {@linkcode routeTokens}: entries of `order` then index this
 * flat array, so the token of a row is `Math.floor(order[row] / topK)`.
 *
 * @param expertOfToken Expert of each token, or of each token and rank
 * @param options Number of experts and alignment
 * @returns Order with padding, and offsets
 * @throws {RangeError} If an expert does not exist, `experts` or `align` is not an integer from 1 to 65 536, `align`
 *   not a multiple of 4 though rows are spread, or the rows are more than 2^31 - 1
 * @throws {TypeError} If `expertOfToken` is no `Int32Array`
 *
 * @example Sort five tokens into segments of a multiple of two
 * ```ts
 * import { groupTokens } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * const { order, offsets } = groupTokens(Int32Array.of(2, 0, 2, 0, 0), { experts: 3, align: 2 });
 * assertEquals(order, Int32Array.of(1, 3, 4, -1, 0, 2));
 * assertEquals(offsets, Int32Array.of(0, 4, 4, 6));
 * ```
 */
export function groupTokens(expertOfToken: Int32Array, options: GroupTokensOptions): TokenGroups {
  const { experts, align, spread = false } = options;
  checkCount(align, "align", "group tokens");
  if (spread && align % 4 !== 0) {
    throw new RangeError(
      `Cannot group tokens as align must be a multiple of 4 to spread them: current value is ${align}`,
    );
  }
  const counts = countExperts(expertOfToken, experts, "group tokens");
  const rows = counts.reduce((sum, count) => sum + Math.ceil(count / align) * align, 0);
  if (rows > MOST_ROWS) {
    throw new RangeError(
      `Cannot group tokens as padded segments must have at most ${MOST_ROWS} rows: current value is ${rows}`,
    );
  }
  const offsets = new Int32Array(experts + 1);
  for (let expert = 0; expert < experts; expert++) {
    offsets[expert + 1] = (offsets[expert] as number) + Math.ceil((counts[expert] as number) / align) * align;
  }
  const order = new Int32Array(offsets[experts] as number).fill(-1);
  const next = offsets.slice(0, experts);
  for (let entry = 0; entry < expertOfToken.length; entry++) {
    const expert = expertOfToken[entry] as number;
    const row = next[expert] as number;
    const start = offsets[expert] as number;
    const rows = (offsets[expert + 1] as number) - start;
    order[spread ? start + spreadRow(row - start, rows) : row] = entry;
    next[expert] = row + 1;
  }
  return { order, offsets };
}

/**
 * Most rows that {@linkcode groupTokens} can need for a number of entries, whatever their experts.
 *
 * Devices that keep the counts to themselves allocate this many rows once. Padding adds at most `align - 1` rows to
 * each segment, and no more segments than entries have rows.
 *
 * @param entries Length of `expertOfToken`
 * @param options Number of experts and alignment
 * @returns The least upper bound, a multiple of `align`
 * @throws {RangeError} If `entries` is not an integer >= 0, or `experts` or `align` is not one from 1 to
 *   65 536
 *
 * @example Size a buffer
 * ```ts
 * import { groupedCapacity } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(groupedCapacity(5, { experts: 3, align: 2 }), 8);
 * ```
 */
export function groupedCapacity(entries: number, { experts, align }: GroupTokensOptions): number {
  checkInteger(entries, "entries", 0, "size groups");
  checkCount(experts, "experts", "size groups");
  checkCount(align, "align", "size groups");
  const segments = Math.min(experts, entries);
  return Math.floor((entries + segments * (align - 1)) / align) * align;
}

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
  /**
   * Entropy of `fractions` divided by log(experts): 1 when even, 0 when one has all; 1 for one expert or no entries.
   */
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
 * @throws {RangeError} If an expert does not exist or `experts` is not an integer from 1 to 65 536
 * @throws {TypeError} If `expertOfToken` is no `Int32Array`
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
