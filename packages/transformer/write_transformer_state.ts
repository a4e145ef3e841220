import type { Transformer } from "./transformer.ts";
import { packedWeights } from "./_packed_weights.ts";
import type { TransformerCheckpointState } from "./read_transformer_state.ts";

/**
 * Restores the state of a model. Before the next sparse step {@linkcode startSparse} must be called.
 *
 * @param model The model, created with the same configuration
 * @param state What {@linkcode readTransformerState} gave
 * @throws {TypeError} If the state does not fit the model
 *
 * @example Write
 * ```ts
 * import { createTransformer, readTransformerState, writeTransformerState } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * writeTransformerState(model, readTransformerState(model));
 * ```
 */
export function writeTransformerState(model: Transformer, state: TransformerCheckpointState): void {
  const updates = model.layers.flatMap(({ feedForward }, index) =>
    packedWeights(feedForward).map(([product, weight]) => {
      const scale = state.scales[index]?.[product];
      if (typeof scale === "number" && Number.isFinite(scale)) return { weight, scale };
      throw new TypeError(
        `Cannot restore model as the scale of ${product} in layer ${index} must be a finite number: current value is ${scale}`,
      );
    })
  );
  for (const { weight, scale } of updates) weight.scale = scale;
  model.state.clustered = state.clustered;
  model.state.sparseReady = false;
}
