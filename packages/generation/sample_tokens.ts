import type { PhaseName } from "@beyond24/recipe";
import type { Transformer } from "@beyond24/transformer";
import { BatchDecoder } from "./batch_decoder.ts";
import type { SampleTokenOptions } from "./sample_token.ts";

/** Options of {@linkcode sampleTokens}. */
export interface SampleTokensOptions extends SampleTokenOptions {
  /** Most tokens to draw. */
  readonly count: number;
  /** How the FFN is computed. */
  readonly mode: PhaseName;
  /** See `key` of {@linkcode BatchDecoder}. Default: nothing is recorded. */
  readonly key?: string;
  /** Token behind which nothing is drawn; it is given as well. Default: none. */
  readonly end?: number | undefined;
}

/**
 * Continues a sequence of tokens, each at the price of one position. The model sees the last tokens, as many as its
 * sequence length; when these are full, the older half is forgotten.
 *
 * @param model The model, whose weights stay as they are until the last token
 * @param prompt Tokens to begin with, at least one
 * @param options How many, how they are drawn
 * @returns The new tokens
 * @throws {RangeError} If the prompt is empty, or has a token that the model does not know
 * @throws {ScoreError} If the model gives scores from which no token can be drawn
 *
 * @example Let an untrained model write
 * ```ts
 * import { sampleTokens } from "@beyond24/generation";
 * import { createTransformer } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * const options = { count: 2, temperature: 0, random: Math.random, mode: "dense" } as const;
 * assertEquals((await Array.fromAsync(sampleTokens(model, [65], options))).length, 2);
 * ```
 */
export async function* sampleTokens(
  model: Transformer,
  prompt: ArrayLike<number>,
  { mode, key, ...options }: SampleTokensOptions,
): AsyncGenerator<number> {
  const decoder = new BatchDecoder(model, { mode, key });
  try {
    for await (const { token } of decoder.generate(prompt, options)) yield token;
  } finally {
    await decoder.dispose();
  }
}
