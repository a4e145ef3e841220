import { Tape } from "@beyond24/autograd";
import { type Arena, reshape, rowRange, type Tensor } from "@beyond24/device";
import { attentionShape, batchShape, beginPass, causalAttention, runLayers } from "./_hidden_states.ts";
import type { Attend } from "./_run_layer.ts";
import { scoreTokens } from "./_score_tokens.ts";
import type { KeyValueCache } from "./key_value_cache.ts";
import type { Transformer } from "./transformer.ts";

/** How {@linkcode prefill} runs. */
export interface PrefillOptions {
  /** Memory of the pass; the result lies in it. */
  readonly arena: Arena;
  /** The sequence of the cache that the tokens become; what it held is forgotten. Default 0. */
  readonly sequence?: number;
  /** How the feed-forward networks are computed. Default dense. */
  readonly mode?: "dense" | "sparse";
}

/** Causal attention over one sequence from its beginning, which a cache remembers. */
function remembering(model: Transformer, cache: KeyValueCache, sequence: number, length: number): Attend {
  const { kernels } = model.device;
  const attend = causalAttention(model, attentionShape(model, 1, length));
  const first = sequence * cache.capacity;
  return (tape, projections, index) => {
    const attended = attend(tape, projections, index);
    const layer = cache.layers[index];
    if (layer === undefined) throw new TypeError(`Cannot remember layer ${index} as the cache is of another model`);
    // `attend` has turned the keys in place.
    kernels.copy({ x: projections.k.value, out: rowRange(layer.keys, first, first + length) });
    kernels.copy({ x: projections.v.value, out: rowRange(layer.values, first, first + length) });
    return attended;
  };
}

/**
 * Begins a sequence of a cache with some tokens, in one pass. A sparse pass makes means and packed weights current,
 * which the steps of {@linkcode decode} behind it go on with.
 *
 * @param model The model
 * @param cache Where keys and values go
 * @param tokens i32 [1, S], S at most the capacity of the cache
 * @param options Memory, sequence, mode
 * @returns Scores of the token behind them: f32 [1, tokens that can occur], inside the arena
 * @throws {RangeError} If the cache has no such sequence
 * @throws {TypeError} If the tokens have another shape or are longer than the cache
 * @throws {Error} If the mode is sparse and the model knows dense passes only, or needs clustering first
 *
 * @example Score the next token
 * ```ts
 * import { createKeyValueCache, createTransformer, prefill } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: modelPresets.tiny }, 1);
 * const tokens = device.tensor([1, 3], "i32");
 * device.write(tokens, Int32Array.of(72, 105, 33));
 * assertEquals(prefill(model, createKeyValueCache(model), tokens, { arena: device.arena() }).shape, [1, 256]);
 * ```
 */
export function prefill(model: Transformer, cache: KeyValueCache, tokens: Tensor, options: PrefillOptions): Tensor {
  const { arena, sequence = 0, mode = "dense" } = options;
  const { sequences, sequenceLength } = batchShape(model, tokens);
  if (sequences !== 1 || sequenceLength > cache.capacity) {
    throw new TypeError(
      `Cannot begin a sequence as tokens must be [1, 1 to ${cache.capacity} positions]: current value is ` +
        `[${tokens.shape}]`,
    );
  }
  if (!(sequence >= 0 && sequence < cache.sequences)) {
    throw new RangeError(
      `Cannot begin a sequence as the cache has ${cache.sequences} of them: current value is ${sequence}`,
    );
  }
  beginPass(model, mode);
  const tape = new Tape(model.device, arena, { recording: false });
  const attend = remembering(model, cache, sequence, sequenceLength);
  const { value: x } = runLayers(tape, model, reshape(tokens, [sequenceLength]), { mode, attend });
  return scoreTokens(tape, model, rowRange(x, sequenceLength - 1, sequenceLength));
}
