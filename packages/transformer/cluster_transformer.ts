import type { Parameter } from "@beyond24/autograd";
import type { Collectives, Tensor } from "@beyond24/device";
import { type NeuronClustering, startClustering } from "@beyond24/ffn";
import { isRouted } from "@beyond24/recipe";
import { chooseByToken } from "./_choose_by_token.ts";
import { type ClusteringSample, seenInputs } from "./_seen_inputs.ts";
import type { Transformer } from "./transformer.ts";

export type { ClusteringSample };

/** How {@linkcode clusterTransformer} runs. */
export interface ClusterTransformerOptions {
  /** Seed of the clustering. */
  readonly seed: number;
  /** Most rounds of k-means. Default: that of `clusterNeurons`. */
  readonly iterations?: number;
  /** Tokens to see activations on, where the sparsity clusters neurons by these. */
  readonly sample?: ClusteringSample;
  /**
   * Tensors of the shape of the master weights of a parameter whose rows are permuted along: the optimizer's moments.
   */
  readonly companions?: (parameter: Parameter) => readonly Tensor[];
  /** The ranks that train the model; all call it, and rank 0's clusters become those of all. Default: one. */
  readonly collectives?: Collectives;
  /** What finds the clusters of a layer, of several at the same time. Default: `clusterNeurons`, here. */
  readonly cluster?: NeuronClustering;
}

/** Layers whose clusters are found at the same time at most: the rows of so many are kept. */
const LAYERS_AT_ONCE = 16;

/**
 * Clusters the neurons of every layer that is sparse in sparse passes by balanced k-means, over the rows of `wIn` or
 * over the activations of neurons on tokens of a sample, as the sparsity says, and permutes rows so that each cluster
 * is contiguous; the function of the network does not change. It waits for the host: call it between steps, at the
 * boundary before the first sparse step. A plan without a router needs no clusters: nothing happens.
 *
 * @param model A model with sparsity
 * @param options Seed, rounds, companions; a sample for activations
 * @throws {Error} If the model has no sparsity
 * @throws {TypeError} If the sparsity clusters neurons by activations and there is no sample
 *
 * @example End the warm-up
 * ```ts
 * import { clusterTransformer, createTransformer, transformerParameters } from "@beyond24/transformer";
 * import { AdamW } from "@beyond24/optimizer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets, sparsityPlans } from "@beyond24/recipe";
 * import { assert } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 16, n: 2, m: 16 } } as const;
 * const model = createTransformer(device, { shape: modelPresets.tiny, sparsity }, 1);
 * const optimizer = new AdamW(device, transformerParameters(model));
 * const companions = (parameter: Parameters<AdamW["moments"]>[0]) => Object.values(optimizer.moments(parameter));
 * await clusterTransformer(model, { seed: 1, companions });
 * assert(model.state.clustered);
 * ```
 */
export async function clusterTransformer(model: Transformer, options: ClusterTransformerOptions): Promise<void> {
  const { device, config: { sparsity }, layers, state } = model;
  const { sample, ...shared } = options;
  if (sparsity === undefined) {
    throw new Error("Cannot cluster neurons as the model knows dense passes only: create it with sparsity");
  }
  if (!isRouted(sparsity.plan)) return;
  const inputs = sparsity.clusters === "activations" && sample !== undefined ? seenInputs(model, sample) : [];
  const halves: (() => Promise<void>)[] = [];
  for (const [index, { feedForward }] of layers.entries()) {
    // In this order, whatever is found first, as several ranks do this together.
    if (halves.length === LAYERS_AT_ONCE) await halves.shift()?.();
    const layerOptions = { ...shared, clustered: state.clustered, inputs: inputs[index] };
    halves.push(await startClustering(device, feedForward, layerOptions));
  }
  for (const finish of halves) await finish();
  for (const tensor of inputs) device.free(tensor);
  if (sample?.voters !== undefined) {
    await chooseByToken(model, { ...sample, voters: sample.voters, collectives: options.collectives });
  }
  state.clustered = true;
}
