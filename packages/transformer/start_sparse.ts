import { packFeedForward } from "@beyond24/ffn";
import { isRouted } from "@beyond24/recipe";
import type { Transformer } from "./transformer.ts";

/**
 * Writes the packed weights once without counting flips, so that sparse steps may run: after a resume, or after
 * {@linkcode clusterTransformer}, which calls it.
 *
 * @param model A model with sparsity; with a router, clustered (`model.state.clustered`)
 * @throws {Error} If the model has no sparsity or needs clustering first
 *
 * @example Start with a plan that needs no clusters
 * ```ts
 * import { createTransformer, startSparse } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets, sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assert } from "@std/assert";
 *
 * const sparsity = { plan: sparsityPlans.w1, venom: venomFormats["87.5"] };
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny, sparsity }, 1);
 * startSparse(model);
 * assert(model.state.sparseReady);
 * ```
 */
export function startSparse(model: Transformer): void {
  const { sparsity } = model.config;
  if (sparsity === undefined) {
    throw new Error("Cannot start sparse steps as the model was created without sparsity");
  }
  if (isRouted(sparsity.plan) && !model.state.clustered) {
    throw new Error("Cannot start sparse steps as the neurons are not clustered: call clusterTransformer first");
  }
  for (const { feedForward } of model.layers) packFeedForward(model.device, feedForward, { countFlips: false });
  model.state.sparseReady = true;
}
