/** Options of {@linkcode sampleToken}. */
export interface SampleTokenOptions {
  /** Divides the scores; 0 always takes the best token. */
  readonly temperature: number;
  /** Considers so many of the best tokens; 0 considers all. */
  readonly topK: number;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
}

/** A model gives scores from which no token can be drawn: it has diverged. */
export class ScoreError extends RangeError {
  /** Name of the class, for messages. */
  override readonly name = "ScoreError";
}

/**
 * Draws a token from scores: softmax(scores / temperature) over the `topK` best.
 *
 * @param scores One for each token of the vocabulary; -Infinity for a token that is never drawn
 * @param options Temperature, number of tokens considered, source of random numbers
 * @returns The token; among equal scores the lower one is better
 * @throws {RangeError} If an option is out of bounds, or there is no score
 * @throws {ScoreError} If a score is NaN or Infinity, or all of them are -Infinity
 *
 * @example Take the best token
 * ```ts
 * import { sampleToken } from "@beyond24/session";
 * import { assertEquals } from "@std/assert";
 *
 * const options = { temperature: 0, topK: 0, random: Math.random };
 * assertEquals(sampleToken(Float32Array.of(0.1, 0.7, 0.2), options), 1);
 * ```
 */
export function sampleToken(scores: ArrayLike<number>, options: SampleTokenOptions): number {
  const { temperature, topK, random } = options;
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new RangeError(`Cannot sample as temperature must be a number >= 0: current value is ${temperature}`);
  }
  if (!Number.isSafeInteger(topK) || topK < 0) {
    throw new RangeError(`Cannot sample as topK must be an integer >= 0: current value is ${topK}`);
  }
  checkScores(scores);
  const ranked = Array.from(scores, (score, token) => ({ score, token }))
    .sort((a, b) => b.score - a.score || a.token - b.token);
  const best = ranked[0];
  if (best === undefined) throw new RangeError("Cannot sample as there must be a score: current value is none");
  if (temperature === 0) return best.token;
  const considered = topK === 0 ? ranked : ranked.slice(0, topK);
  // Relative to the best score, so that no exponential is larger than 1.
  const weights = considered.map(({ score }) => Math.exp((score - best.score) / temperature));
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, { token }] of considered.entries()) {
    left -= weights[index] ?? 0;
    if (left < 0) return token;
  }
  return considered.at(-1)?.token ?? best.token;
}

function checkScores(scores: ArrayLike<number>): void {
  let isDrawable = scores.length === 0;
  for (let token = 0; token < scores.length; token++) {
    const score = scores[token] ?? NaN;
    if (Number.isNaN(score) || score === Infinity) {
      throw new ScoreError(`Cannot sample as the score of token ${token} must be finite: current value is ${score}`);
    }
    isDrawable ||= score > -Infinity;
  }
  if (!isDrawable) throw new ScoreError("Cannot sample as a score must be finite: all of them are -Infinity");
}
