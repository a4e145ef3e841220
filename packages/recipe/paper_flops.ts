import { checkNumber } from "./_check.ts";
import { checkModelShape, type ModelShape } from "./model_shape.ts";

/** FLOPs by the formula of the paper's section 3.2. */
export interface PaperFlops {
  /** `18 · tokens · D F L`. */
  readonly ffn: number;
  /** `6 · tokens · (3DF + 2D(N + K)H) L`. */
  readonly total: number;
}

/**
 * Training FLOPs by the formula of the paper's section 3.2: `6 · tokens · (3DF + 2D(N + K)H) L`.
 *
 * It counts a gated FFN of three matrices, though the paper's FFN (equations 1 to 8) has two, and leaves out attention
 * scores, embedding and output head. {@linkcode trainingFlops} counts what is built here.
 *
 * @param model Sizes of the model
 * @param tokens Number of tokens trained on (the paper's `BT`)
 * @returns FLOPs of the FFNs and of the whole model
 * @throws {RangeError} If a size or the number of tokens is out of bounds
 *
 * @example Count the paper's way
 * ```ts
 * import { modelPresets, paperFlops } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(paperFlops(modelPresets["llama-1b"], 1).ffn, 18 * 2048 * 8192 * 22);
 * ```
 */
export function paperFlops(model: ModelShape, tokens: number): PaperFlops {
  checkModelShape(model);
  checkNumber(tokens, "tokens", 0, Infinity, "count FLOPs");
  const { layers, dModel, dFfn, heads, kvHeads, headDim } = model;
  const ffn = 18 * tokens * dModel * dFfn * layers;
  return { ffn, total: ffn + 6 * tokens * 2 * dModel * (heads + kvHeads) * headDim * layers };
}

/**
 * The FFN's fraction of all training FLOPs by the paper's formula, `3F / (3F + 2(N + K)H)`.
 *
 * @param model Sizes of the model
 * @returns A fraction in (0, 1)
 * @throws {RangeError} If a size is out of bounds
 *
 * @example Reproduce "up to 80%"
 * ```ts
 * import { llama405b, paperFfnShare } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(paperFfnShare(llama405b), 0.82, 0.005);
 * ```
 */
export function paperFfnShare(model: ModelShape): number {
  const { ffn, total } = paperFlops(model, 1);
  return ffn / total;
}
