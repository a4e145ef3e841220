import { keepLikeliest } from "./_keep_likeliest.ts";
import { sumOf } from "./_sum_of.ts";
import { checkScores } from "./score_error.ts";

/** Options of {@linkcode sampleToken}. */
export interface SampleTokenOptions {
  /** Divides the scores; 0 always takes the best token. */
  readonly temperature: number;
  /** Considers so many of the best tokens. Default 0: all. */
  readonly topK?: number;
  /**
   * Of these, considers the fewest best tokens that hold this part of the probability, above 0 and at most 1. Default
   * 1.
   */
  readonly topP?: number;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
}

/**
 * Draws a token from scores: softmax(scores / temperature) over the `topK` best, and of these over the nucleus that
 * `topP` says (Holtzman et al. 2020).
 *
 * @param scores One for each token of the vocabulary; -Infinity for a token that is never drawn
 * @param options Temperature, tokens considered, source of random numbers
 * @returns The token; among equal scores the lower one is better
 * @throws {RangeError} If an option is out of bounds, or there is no score
 * @throws {ScoreError} If a score is NaN or Infinity, or all of them are -Infinity
 *
 * @example Take the best token
 * ```ts
 * import { sampleToken } from "@beyond24/generation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sampleToken(Float32Array.of(0.1, 0.7, 0.2), { temperature: 0, random: Math.random }), 1);
 * ```
 */
export function sampleToken(scores: ArrayLike<number>, options: SampleTokenOptions): number {
  const { temperature, topK = 0, topP = 1, random } = options;
  checkOptions(temperature, topK, topP);
  checkScores(scores);
  const best = bestOf(scores);
  if (temperature === 0) return best;
  const weights = weightsOf(scores, scores[best] ?? NaN, temperature);
  keepLikeliest(weights, topK, topP);
  return draw(weights, random()) ?? best;
}

function checkOptions(temperature: number, topK: number, topP: number): void {
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new RangeError(`Cannot sample as temperature must be a number >= 0: current value is ${temperature}`);
  }
  if (!Number.isSafeInteger(topK) || topK < 0) {
    throw new RangeError(`Cannot sample as topK must be an integer >= 0: current value is ${topK}`);
  }
  if (!(topP > 0 && topP <= 1)) {
    throw new RangeError(`Cannot sample as topP must be above 0 and at most 1: current value is ${topP}`);
  }
}

function bestOf(scores: ArrayLike<number>): number {
  let best = 0;
  for (let token = 1; token < scores.length; token++) {
    if ((scores[token] ?? NaN) > (scores[best] ?? NaN)) best = token;
  }
  return best;
}

/** Relative to the best score, so that no exponential is larger than 1. */
function weightsOf(scores: ArrayLike<number>, highest: number, temperature: number): Float64Array {
  const weights = new Float64Array(scores.length);
  for (let token = 0; token < weights.length; token++) {
    weights[token] = Math.exp(((scores[token] ?? NaN) - highest) / temperature);
  }
  return weights;
}

/** The token at this part of the sum of all weights; nothing where rounding has left none. */
function draw(weights: Float64Array, part: number): number | undefined {
  let left = part * sumOf(weights);
  for (let token = 0; token < weights.length; token++) {
    left -= weights[token] ?? NaN;
    if (left < 0) return token;
  }
  return undefined;
}
