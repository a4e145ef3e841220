import { type FeedForward, type PackedWeight, writeChoices } from "@beyond24/ffn";
import { tokenRouters } from "./_choose_by_token.ts";
import type { Transformer } from "./transformer.ts";

/** The packed weights of a network with the products that read them. */
function packedWeights({ sparse }: FeedForward): [string, PackedWeight][] {
  return Object.entries(sparse?.weights ?? {});
}

/** What a checkpoint keeps of a model besides its parameters; plain JSON. */
export interface TransformerCheckpointState {
  /** Whether the neurons are clustered. */
  readonly clustered: boolean;
  /** Scales of soft-thresholded weights, one record a layer, by product. Empty records without sparsity. */
  readonly scales: readonly Readonly<Record<string, number>>[];
  /**
   * Clusters of the tokens of the vocabulary in each layer whose router chooses by token: a byte each, [vocabulary, k],
   * in base64. Missing without such a router.
   */
  readonly choices?: readonly string[];
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
  const choices = tokenRouters(model).map(({ choices }) => choices.toBase64());
  const scalesOf = (layer: FeedForward) => packedWeights(layer).map(([product, { scale }]) => [product, scale]);
  return {
    clustered: model.state.clustered,
    scales: model.layers.map(({ feedForward }) => Object.fromEntries(scalesOf(feedForward))),
    ...(choices.length === 0 ? {} : { choices }),
  };
}

/**
 * Restores the state of a model.
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
        `Cannot restore model as the scale of ${product} in layer ${index} must be a finite number: current value is ` +
          `${scale}`,
      );
    })
  );
  const [routers, given] = [tokenRouters(model), state.choices?.length ?? 0];
  if (given !== routers.length) {
    throw new TypeError(
      `Cannot restore model as there must be clusters of tokens for ${routers.length} layers: current value is ${given}`,
    );
  }
  for (const [index, router] of routers.entries()) {
    writeChoices(model.device, router, decodeChoices(state.choices?.[index]));
  }
  for (const { weight, scale } of updates) {
    weight.scale = scale;
    // Whatever was packed, was packed with another scale.
    weight.version = undefined;
  }
  model.state.clustered = state.clustered;
}

function decodeChoices(text: string | undefined): Uint8Array {
  try {
    return Uint8Array.fromBase64(text ?? "");
  } catch (cause) {
    throw new TypeError("Cannot restore model as clusters of tokens must be in base64: current value is not", {
      cause,
    });
  }
}
