import type { Tensor } from "@beyond24/device";
import type { Transformer } from "./transformer.ts";

/**
 * The tensors with what a step measured, for `kernels.recordRow`: the loss first, then those of every layer.
 *
 * @param model The model
 * @returns Persistent tensors; their elements in order are the row that {@linkcode readStepStatistics} takes
 *
 * @example Count them
 * ```ts
 * import { createTransformer, statisticsTensors } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * assertEquals(statisticsTensors(model).length, 1 + 3 * modelPresets.tiny.layers);
 * ```
 */
export function statisticsTensors(model: Transformer): Tensor[] {
  const layers = model.layers.flatMap(({ feedForward: { statistics } }) => [
    statistics.nonzero,
    statistics.flips,
    statistics.expertCounts,
  ]);
  return [model.loss, ...layers];
}
