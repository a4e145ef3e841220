import { Tape } from "@beyond24/autograd";
import { type Arena, elementCount, reshape, type Tensor } from "@beyond24/device";
import { type HiddenActivations, hiddenActivations } from "@beyond24/ffn";
import { beginPass, hiddenStates } from "./_hidden_states.ts";
import { drawOf, modeOf } from "./_run_layer.ts";
import type { Transformer } from "./transformer.ts";

/** How {@linkcode layerActivations} runs. */
export interface LayerActivationsOptions {
  /** Memory of the pass; the result lies in it. */
  readonly arena: Arena;
  /** How the feed-forward networks are computed. */
  readonly mode: "dense" | "sparse";
  /** The layer, from 0. */
  readonly layer: number;
}

/**
 * The hidden activations of the feed-forward network of a layer, to be looked at; a layer that stays dense in sparse
 * passes has dense ones in these. Layers behind it are not run. Statistics of the networks are overwritten.
 *
 * @param model The model
 * @param tokens i32 [B, S], S at most the model's sequence length
 * @param options Memory, mode, layer
 * @returns The activations, until the arena is reset
 * @throws {RangeError} If there is no such layer
 * @throws {Error} If the mode is sparse and the model knows dense passes only, or needs clustering first
 * @throws {TypeError} If the tokens have another shape or are longer than the model's sequence length
 *
 * @example The activations of three tokens
 * ```ts
 * import { createTransformer, layerActivations } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { isPacked24 } from "@beyond24/device";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: modelPresets.tiny }, 1);
 * const tokens = device.tensor([1, 3], "i32");
 * const { values } = layerActivations(model, tokens, { arena: device.arena(), mode: "dense", layer: 1 });
 * assert(!isPacked24(values));
 * assertEquals(values.shape, [3, 256]);
 * ```
 */
export function layerActivations(
  model: Transformer,
  tokens: Tensor,
  { arena, mode, layer }: LayerActivationsOptions,
): HiddenActivations {
  const place = model.layers[layer];
  if (place === undefined) {
    throw new RangeError(
      `Cannot look at layer ${layer} as the model has ${model.layers.length}: current value must be an index below ` +
        "that",
    );
  }
  beginPass(model, mode);
  const tape = new Tape(model.device, arena, { recording: false });
  const x = hiddenStates(tape, model, tokens, { mode }, layer);
  return hiddenActivations(tape, x, place.feedForward, {
    mode: modeOf(place, mode),
    draw: drawOf(model, 0, layer),
    tokens: reshape(tokens, [elementCount(tokens.shape)]),
  });
}
