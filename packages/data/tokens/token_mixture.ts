import { memoryTokens } from "./memory_tokens.ts";
import type { TokenSource } from "./token_source.ts";

/** Tokens, and how often they are drawn. */
export interface WeightedTokens {
  /** The tokens. */
  readonly tokens: TokenSource;
  /** Its part of all sequences, in (0, 1]; the parts of a mixture add up to 1. */
  readonly weight: number;
}

/** Tokens of several sources, of which each has its part of the sequences. */
export type TokenMixture = readonly WeightedTokens[];

/** All that sequences are drawn from: tokens in memory, of a source, or of several. */
export type AnyTokens = Int32Array | TokenSource | TokenMixture;

/**
 * Divides weights by their sum.
 *
 * @param sources Sources with weights of any size
 * @returns The mixture
 * @throws {RangeError} If there is no source, or a weight is not a number above 0
 *
 * @example Three of four sequences
 * ```ts
 * import { memoryTokens, tokenMixture } from "@beyond24/data";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = memoryTokens([Uint8Array.of(1, 2, 3)]);
 * const mixture = tokenMixture([{ tokens, weight: 3 }, { tokens, weight: 1 }]);
 * assertEquals(mixture.map(({ weight }) => weight), [0.75, 0.25]);
 * ```
 */
export function tokenMixture(sources: TokenMixture): TokenMixture {
  const bad = sources.find(({ weight }) => !(weight > 0 && weight < Infinity));
  if (bad !== undefined || sources.length === 0) {
    const value = bad?.weight ?? "no source";
    throw new RangeError(`Cannot mix tokens as every source must have a weight above 0: current value is ${value}`);
  }
  const sum = sources.reduce((total, { weight }) => total + weight, 0);
  return sources.map(({ tokens, weight }) => ({ tokens, weight: weight / sum }));
}

/** Any tokens as a mixture, commonly of one source. */
export function toMixture(tokens: AnyTokens): TokenMixture {
  if (tokens instanceof Int32Array) return [{ tokens: memoryTokens([tokens]), weight: 1 }];
  return "read" in tokens ? [{ tokens, weight: 1 }] : tokenMixture(tokens);
}
