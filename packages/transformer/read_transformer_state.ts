import type { FeedForward } from "@beyond24/ffn";
import type { Transformer } from "./transformer.ts";
import { packedWeights } from "./_packed_weights.ts";

/** What a checkpoint keeps of a model besides its parameters; plain JSON. */
export interface TransformerCheckpointState {
  /** Whether the neurons are clustered. */
  readonly clustered: boolean;
  /** Scales of soft-thresholded weights, one record a layer, by product. Empty records without sparsity. */
  readonly scales: readonly Readonly<Record<string, number>>[];
}

/**
 * The state of a model for a checkpoint.
 *
 * @param model The model
 * @returns Plain JSON
 *
 * @example Read
 * ```ts
 * import { createTransformer, readTransformerState } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: { ...modelPresets.tiny, layers: 2 } }, 1);
 * assertEquals(readTransformerState(model), { clustered: false, scales: [{}, {}] });
 * ```
 */
export function readTransformerState(model: Transformer): TransformerCheckpointState {
  const scalesOf = (layer: FeedForward) => packedWeights(layer).map(([product, { scale }]) => [product, scale]);
  return {
    clustered: model.state.clustered,
    scales: model.layers.map(({ feedForward }) => Object.fromEntries(scalesOf(feedForward))),
  };
}
