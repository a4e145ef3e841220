import { checkCount, checkInteger, checkMatrix } from "./_check.ts";
import { dotRows } from "./_dot_rows.ts";

/** What {@linkcode routeTokens} routes. */
export interface RouteTokensOptions {
  /** Rows of `x`. */
  readonly tokens: number;
  /** Columns of `x` and of the means. */
  readonly features: number;
  /** Rows of the means. */
  readonly experts: number;
  /** Experts for each token, at most `experts`. Default: 1. */
  readonly topK?: number;
}

function lengthsOf(means: Float32Array, features: number, experts: number): Float64Array {
  const lengths = new Float64Array(experts);
  for (let expert = 0; expert < experts; expert++) {
    let sum = 0;
    for (let c = 0; c < features; c++) sum += (means[expert * features + c] as number) ** 2;
    lengths[expert] = Math.sqrt(sum);
  }
  return lengths;
}

/** Turns dot products into scores: NaN counts as the lowest score, a zero mean scores 0. */
function scoreInPlace(products: Float64Array, lengths: Float64Array): void {
  for (let expert = 0; expert < products.length; expert++) {
    const length = lengths[expert] as number;
    const score = length === 0 ? 0 : (products[expert] as number) / length;
    products[expert] = Number.isNaN(score) ? -Infinity : score;
  }
}

/** Index of the highest score that is not taken yet; the lowest index wins a tie. */
function bestExpert(scores: Float64Array, taken: Int32Array): number {
  let best = -1;
  for (let expert = 0; expert < scores.length; expert++) {
    if (taken.includes(expert)) continue;
    if (best < 0 || (scores[expert] as number) > (scores[best] as number)) best = expert;
  }
  return best;
}

/**
 * Sends each token to the expert whose mean has the highest cosine similarity (paper, Algorithm 3 and Figure 4b).
 *
 * The length of the token does not change which mean is best, so the score is `(x · mean) / |mean|`. The arithmetic is
 * exact enough to hold other back ends against it: operands are float32; dot product and squared length are float64
 * sums in the order of the features; then one square root and one division in float64. A back end that sums in float32
 * finds the same expert wherever the two best scores are not nearly tied.
 *
 * - Ties (also of 0 and -0) go to the lowest expert.
 * - A mean of length zero scores 0. A token of zeros scores 0 everywhere and goes to expert 0.
 * - A score that is NaN counts as minus infinity: it loses against all others, and a token with a NaN goes to expert 0.
 *
 * @param x Tokens [tokens, features]
 * @param means Means of the clusters [experts, features]
 * @param options Shape and top-k
 * @returns Experts of each token, best first [tokens, topK]
 * @throws {RangeError} If a size is out of bounds
 * @throws {TypeError} If an array is of another type or does not fit its shape
 *
 * @example Route three tokens
 * ```ts
 * import { routeTokens } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * const means = Float32Array.of(5, 0, 0, 1);
 * const x = Float32Array.of(2, 1, 1, 2, 0, 0);
 * assertEquals(routeTokens(x, means, { tokens: 3, features: 2, experts: 2 }), Int32Array.of(0, 1, 0));
 * ```
 */
export function routeTokens(
  x: Float32Array,
  means: Float32Array,
  options: RouteTokensOptions,
): Int32Array<ArrayBuffer> {
  const { tokens, features, experts, topK = 1 } = options;
  checkInteger(tokens, "tokens", 0, "route tokens");
  checkInteger(features, "features", 1, "route tokens");
  checkCount(experts, "experts", "route tokens");
  checkInteger(topK, "topK", 1, "route tokens");
  checkMatrix(x, tokens, features, "x", "route tokens");
  checkMatrix(means, experts, features, "means", "route tokens");
  if (topK > experts) {
    throw new RangeError(`Cannot route tokens as topK must be <= ${experts} experts: current value is ${topK}`);
  }
  const lengths = lengthsOf(means, features, experts);
  const scores = new Float64Array(experts);
  const expertOfToken = new Int32Array(tokens * topK).fill(-1);
  for (let token = 0; token < tokens; token++) {
    dotRows(x, token * features, means, features, scores);
    scoreInPlace(scores, lengths);
    const chosen = expertOfToken.subarray(token * topK, (token + 1) * topK);
    for (let rank = 0; rank < topK; rank++) chosen[rank] = bestExpert(scores, chosen);
  }
  return expertOfToken;
}
