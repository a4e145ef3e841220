import { Tape } from "@beyond24/autograd";
import { type Arena, rowRange, type Tensor } from "@beyond24/device";
import { attentionShape, runLayers } from "./_hidden_states.ts";
import type { Attend } from "./_run_layer.ts";
import { scoreTokens } from "./_score_tokens.ts";
import type { KeyValueCache } from "./key_value_cache.ts";
import type { Transformer } from "./transformer.ts";

/** Tokens that follow what a cache holds. */
export interface NextTokens {
  /** The tokens, of any sequences: i32 [T]. */
  readonly tokens: Tensor;
  /**
   * i32 [T]: where each goes, sequence · capacity + position. All positions before it are known, or in the same pass.
   */
  readonly places: Tensor;
}

/** How {@linkcode decode} runs. */
export interface DecodeOptions {
  /** Memory of the pass; the result lies in it. */
  readonly arena: Arena;
  /** How the feed-forward networks are computed. Default dense. */
  readonly mode?: "dense" | "sparse";
  /** Receives the scores: f32 [T, tokens that can occur]. Default: they lie in the arena. */
  readonly out?: Tensor;
}

/** Attention to a cache, which remembers the tokens first. */
function cached(model: Transformer, cache: KeyValueCache, places: Tensor): Attend {
  const { device: { kernels }, cosines, sines } = model;
  const shape = attentionShape(model, cache.sequences, cache.capacity);
  const angles = { cosines: rowRange(cosines, 0, cache.capacity), sines: rowRange(sines, 0, cache.capacity) };
  return (tape, { q, k, v }, index) => {
    const layer = cache.layers[index];
    if (layer === undefined) throw new TypeError(`Cannot go on in layer ${index} as the cache is of another model`);
    const out = tape.tensor(q.value.shape);
    const fresh = { k: k.value, v: v.value, ...angles };
    kernels.cachedAttention({ q: q.value, fresh, ...layer, places, shape, out });
    return tape.output(out);
  };
}

/**
 * Goes on with sequences of a cache: each token costs one position, whatever came before it. Only kernels are called,
 * and for as many tokens the same ones, so that it may run inside `Device.replay`, with scores in `out`. A sparse pass
 * goes on with the means and packed weights of {@linkcode prefill}: weights that have changed since need another one.
 *
 * @param model The model
 * @param cache What it remembers; the tokens are added
 * @param next Tokens and their places
 * @param options Memory, mode
 * @returns Scores of the token behind each: f32 [T, tokens that can occur], `out` or inside the arena; NaN where a
 * place is outside of the cache
 * @throws {TypeError} If there are more or fewer places than tokens
 *
 * @example A second and a third token
 * ```ts
 * import { createKeyValueCache, createTransformer, decode, prefill } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: modelPresets.tiny }, 1);
 * const [cache, arena] = [createKeyValueCache(model), device.arena()];
 * prefill(model, cache, device.tensor([1, 1], "i32"), { arena });
 * const next = { tokens: device.tensor([2], "i32"), places: device.tensor([2], "i32") };
 * device.write(next.tokens, Int32Array.of(72, 105));
 * device.write(next.places, Int32Array.of(1, 2));
 * assertEquals(decode(model, cache, next, { arena }).shape, [2, 256]);
 * ```
 */
export function decode(model: Transformer, cache: KeyValueCache, next: NextTokens, options: DecodeOptions): Tensor {
  const { arena, mode = "dense", out } = options;
  const tape = new Tape(model.device, arena, { recording: false });
  const attend = cached(model, cache, next.places);
  const { value: x } = runLayers(tape, model, next.tokens, { mode, attend });
  return scoreTokens(tape, model, x, out);
}
