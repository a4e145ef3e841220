import { freeParameter } from "@beyond24/autograd";
import { disposeFeedForward } from "@beyond24/ffn";
import type { Transformer } from "./transformer.ts";

/**
 * Frees all tensors of a model. The device stays.
 *
 * @param model The model, unusable afterwards
 *
 * @example Free
 * ```ts
 * import { createTransformer, disposeTransformer } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * disposeTransformer(createTransformer(device, { shape: modelPresets.tiny }, 1));
 * assertEquals(device.liveBytes, 0);
 * ```
 */
export function disposeTransformer(model: Transformer): void {
  const { device, layers, embedding, norm, head } = model;
  for (const { attentionNorm, attention, feedForwardNorm, feedForward } of layers) {
    for (const parameter of [attentionNorm, ...Object.values(attention), feedForwardNorm]) {
      freeParameter(device, parameter);
    }
    disposeFeedForward(device, feedForward);
  }
  for (const parameter of [embedding, norm, head]) freeParameter(device, parameter);
  for (const tensor of [model.cosines, model.sines, model.loss, model.draws.step]) device.free(tensor);
}
