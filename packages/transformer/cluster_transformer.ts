import type { Parameter } from "@beyond24/autograd";
import type { Tensor } from "@beyond24/device";
import type { Transformer } from "./transformer.ts";

/** How {@linkcode clusterTransformer} runs. */
export interface ClusterTransformerOptions {
  /** Seed of the clustering. */
  readonly seed: number;
  /** Rounds of k-means. Default: that of `clusterNeurons`. */
  readonly iterations?: number;
  /** Tensors whose rows belong to the rows of a parameter and are permuted along: the optimizer's moments. */
  readonly companions?: (parameter: Parameter) => readonly Tensor[];
}

/**
 * Clusters the neurons of every layer by balanced k-means over the rows of `wIn` and permutes rows so that each cluster
 * is contiguous; the function of the network does not change. Then does what {@linkcode startSparse} does. It waits for
 * the host: call it between steps, at the boundary before the first sparse step. A plan without a router skips the
 * clustering.
 *
 * @param model The model
 * @param options Seed, rounds, companions
 */
export function clusterTransformer(_model: Transformer, _options: ClusterTransformerOptions): Promise<void> {
  throw new Error("Not written yet");
}
