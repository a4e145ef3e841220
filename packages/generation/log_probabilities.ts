import { checkScores } from "./score_error.ts";

/** A token and the natural logarithm of its probability. */
export interface LikelyToken {
  /** The token. */
  readonly token: number;
  /** ln p, at most 0. */
  readonly logProbability: number;
}

/** What a model thought of a token. */
export interface TokenLogProbability extends LikelyToken {
  /** The most likely tokens in its place, the likeliest first. */
  readonly top: readonly LikelyToken[];
}

/**
 * The log-probability of a token, and of the likeliest ones, under softmax(scores): neither temperature nor a choice of
 * the best tokens is in them.
 *
 * @param scores One for each token of the vocabulary
 * @param token The token
 * @param count How many of the likeliest tokens; the lower ones of equals
 * @returns Of the token, and of the others
 * @throws {ScoreError} If a score is NaN or Infinity, or all of them are -Infinity
 *
 * @example One of four equal tokens
 * ```ts
 * import { logProbabilityOf } from "@beyond24/generation";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { logProbability, top } = logProbabilityOf(Float32Array.of(3, 3, 3, 3), 2, 1);
 * assertAlmostEquals(logProbability, -Math.log(4));
 * assertEquals(top[0]?.token, 0);
 * ```
 */
export function logProbabilityOf(scores: ArrayLike<number>, token: number, count: number): TokenLogProbability {
  checkScores(scores);
  let highest = -Infinity;
  for (let i = 0; i < scores.length; i++) highest = Math.max(highest, scores[i] ?? NaN);
  let total = 0;
  for (let i = 0; i < scores.length; i++) total += Math.exp((scores[i] ?? NaN) - highest);
  const shift = highest + Math.log(total);
  const likely = (i: number) => ({ token: i, logProbability: (scores[i] ?? NaN) - shift });
  return { ...likely(token), top: bestTokens(scores, count).map(likely) };
}

/** The `count` tokens of the best scores, best first; a few of many, so that nothing is sorted as a whole. */
function bestTokens(scores: ArrayLike<number>, count: number): number[] {
  const best: number[] = [];
  const scoreOf = (token: number | undefined) => token === undefined ? -Infinity : scores[token] ?? NaN;
  for (let token = 0; token < scores.length && count > 0; token++) {
    if (best.length === count && scoreOf(token) <= scoreOf(best.at(-1))) continue;
    const place = best.findIndex((other) => scoreOf(token) > scoreOf(other));
    best.splice(place < 0 ? best.length : place, 0, token);
    if (best.length > count) best.pop();
  }
  return best;
}
