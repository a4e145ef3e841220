import type { Parameter } from "@beyond24/autograd";
import { type PackedWeight, packWeights, weightPacks } from "@beyond24/ffn";
import type { Transformer } from "./transformer.ts";

/**
 * Packs the FFN weights of all layers whose packed form is older than they are, for the next sparse pass; the mask bits
 * that change are added to the statistics. A sparse pass does so itself: call it where the pass is replayed
 * (`Device.replay`), as a replay cannot know what is older, and after the optimizer's step, so that the flips count as
 * that step's.
 *
 * @param model The model; nothing happens to one without sparsity
 *
 * @example Two sparse steps
 * ```ts
 * import { createTransformer, forwardBackward, packTransformer, transformerPacks } from "@beyond24/transformer";
 * import { createTokenBatch, transformerParameters } from "@beyond24/transformer";
 * import { AdamW } from "@beyond24/optimizer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets, sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assert } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.w1, venom: venomFormats["87.5"] };
 * const shape = { ...modelPresets.tiny, layers: 1, vocabularySize: 8 };
 * const model = createTransformer(device, { shape, sparsity }, 1);
 * const optimizer = new AdamW(device, transformerParameters(model));
 * const batch = createTokenBatch(device, 1, 4);
 * const arena = device.arena();
 * const losses: number[] = [];
 * packTransformer(model);
 * for (let step = 0; step < 2; step++) {
 *   device.replay("sparse", () => {
 *     forwardBackward(model, batch, { mode: "sparse", arena });
 *     arena.reset();
 *   });
 *   optimizer.step(3e-3, transformerPacks(model));
 *   packTransformer(model); // what the optimizer left over
 *   losses.push((await device.read(model.loss))[0] ?? NaN);
 * }
 * assert((losses[1] ?? NaN) < (losses[0] ?? NaN));
 * ```
 */
export function packTransformer({ device, layers }: Transformer): void {
  for (const { feedForward } of layers) packWeights(device, feedForward);
}

/**
 * What an optimizer can pack while it updates the weights, over all layers.
 *
 * @param model The model
 * @returns Packed weights by parameter; empty without sparsity, and before they were packed for the first time
 *
 * @example Nothing is packed yet
 * ```ts
 * import { createTransformer, transformerPacks } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * assertEquals(transformerPacks(model).size, 0);
 * ```
 */
export function transformerPacks({ layers }: Transformer): Map<Parameter, PackedWeight> {
  return new Map(layers.flatMap(({ feedForward }) => [...weightPacks(feedForward)]));
}
