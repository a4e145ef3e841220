import type { ModelShape } from "./model_shape.ts";
import { type FlopOptions, trainingFlops } from "./training_flops.ts";

/**
 * The FFN's fraction of all training FLOPs (paper, Figure 1).
 *
 * It counts everything that {@linkcode trainingFlops} counts, attention scores and output head included, and an FFN of two
 * matrices. For the paper's formula, which counts three matrices and neither scores nor head, see
 * {@linkcode paperFfnShare}.
 *
 * @param model Sizes of the model
 * @param options Conventions of counting
 * @returns A fraction in (0, 1)
 * @throws {RangeError} If a size is out of bounds
 *
 * @example See the share grow with the model
 * ```ts
 * import { ffnShare, llama405b, modelPresets } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(ffnShare(modelPresets["llama-1b"]), 0.461, 1e-3);
 * assertAlmostEquals(ffnShare(modelPresets["llama-7b"]), 0.594, 1e-3);
 * assertAlmostEquals(ffnShare(llama405b, { ffnMatrices: 3 }), 0.784, 1e-3);
 * ```
 */
export function ffnShare(model: ModelShape, options: FlopOptions = {}): number {
  return trainingFlops(model, 1, options).components.ffn.share;
}
