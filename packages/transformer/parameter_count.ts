import type { Transformer } from "./transformer.ts";
import { transformerParameters } from "./transformer_parameters.ts";

/**
 * Number of trained weights.
 *
 * @param model The model
 * @returns The sum of the element counts of all parameters
 *
 * @example Count
 * ```ts
 * import { createTransformer, parameterCount } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * assertEquals(parameterCount(model), 123_200);
 * ```
 */
export function parameterCount(model: Transformer): number {
  const count = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1);
  return transformerParameters(model).reduce((sum, { shape }) => sum + count(shape), 0);
}
