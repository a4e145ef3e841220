import type { Parameter } from "@beyond24/autograd";
import type { AdamWPack } from "@beyond24/device";
import { packWeights, weightPacks } from "@beyond24/ffn";
import type { Transformer } from "./transformer.ts";

/** What updates weights and packs some of them in the same pass: `AdamW` of `@beyond24/optimizer`. */
export interface PackingOptimizer {
  /** The update; kernels only. */
  step(packs?: ReadonlyMap<Parameter, AdamWPack>): void;
}

/**
 * The optimizer's half of a sparse step: updates the weights and leaves them packed for the next step, whose
 * {@linkcode forwardBackward} then takes `packed: true`. The mask bits that change are added to the statistics. Kernels only.
 *
 * @param model A model that {@linkcode startSparse} or {@linkcode clusterTransformer} made ready
 * @param optimizer Of the model's parameters; its step is prepared
 * @throws {Error} If the model is not ready for sparse steps
 *
 * @example Two sparse steps
 * ```ts
 * import { createTransformer, forwardBackward, startSparse, transformerParameters, updateSparse } from "@beyond24/transformer";
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
 * const tokens = device.tensor([1, 4], "i32");
 * startSparse(model);
 * const losses: number[] = [];
 * for (let step = 0; step < 2; step++) {
 *   const arena = device.arena();
 *   optimizer.prepare(3e-3);
 *   forwardBackward(model, { tokens, targets: tokens }, { mode: "sparse", arena, packed: true });
 *   updateSparse(model, optimizer);
 *   losses.push((await device.read(model.loss))[0] ?? NaN);
 * }
 * assert((losses[1] ?? NaN) < (losses[0] ?? NaN));
 * ```
 */
export function updateSparse(model: Transformer, optimizer: PackingOptimizer): void {
  if (!model.state.sparseReady) {
    throw new Error("Cannot update sparse weights as the model is not ready for sparse steps: call startSparse first");
  }
  const networks = model.layers.map(({ feedForward }) => feedForward);
  const packs = new Map(networks.flatMap((network) => [...weightPacks(network)]));
  optimizer.step(packs);
  for (const network of networks) packWeights(model.device, network, { countFlips: true, except: packs });
}
