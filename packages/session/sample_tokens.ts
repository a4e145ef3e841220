import type { PhaseName } from "@beyond24/recipe";
import { logits, type Transformer, writeTokens } from "@beyond24/transformer";
import { sampleToken, type SampleTokenOptions } from "./sample_token.ts";

/** Options of {@linkcode sampleTokens}. */
export interface SampleTokensOptions extends SampleTokenOptions {
  /** How many tokens to draw. */
  readonly count: number;
  /** How the FFN is computed. */
  readonly mode: PhaseName;
  /** Tokens that may be drawn, the first ones: a model's vocabulary may be padded. Default: all. */
  readonly vocabularySize?: number;
}

/**
 * Continues a sequence of tokens, one at a time. The model sees the last `sequenceLength` tokens.
 *
 * @param model The model
 * @param prompt Tokens to begin with, at least one
 * @param options How many, how they are drawn
 * @returns The new tokens
 * @throws {RangeError} If the prompt is empty
 *
 * @example Let an untrained model write
 * ```ts
 * import { sampleTokens } from "@beyond24/session";
 * import { createTransformer } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * const options = { count: 2, temperature: 0, topK: 0, random: Math.random, mode: "dense" } as const;
 * assertEquals((await Array.fromAsync(sampleTokens(model, [65], options))).length, 2);
 * ```
 */
export async function* sampleTokens(
  model: Transformer,
  prompt: ArrayLike<number>,
  options: SampleTokensOptions,
): AsyncGenerator<number> {
  if (prompt.length === 0) {
    throw new RangeError("Cannot sample as the prompt must hold a token: current value is empty");
  }
  const { device, config: { shape: { sequenceLength } } } = model;
  const sequence = Array.from(prompt).slice(-sequenceLength);
  const arena = device.arena();
  try {
    for (let drawn = 0; drawn < options.count; drawn++) {
      const tokens = device.tensor([1, sequence.length], "i32");
      writeTokens(model, tokens, Int32Array.from(sequence));
      const scores = await device.read(logits(model, tokens, { arena, mode: options.mode }));
      arena.reset();
      device.free(tokens);
      const token = sampleToken(scores.subarray(0, options.vocabularySize), options);
      if (sequence.push(token) > sequenceLength) sequence.shift();
      yield token;
    }
  } finally {
    arena.dispose();
  }
}
