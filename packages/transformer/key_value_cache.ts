import type { Device, Tensor } from "@beyond24/device";
import type { Transformer } from "./transformer.ts";

/** Keys and values of one layer: [sequences · capacity, kvHeads · headDim] each, in the device's activation type. */
export interface CachedLayer {
  /** Keys, already turned by their positions. */
  readonly keys: Tensor;
  /** Values. */
  readonly values: Tensor;
}

/**
 * What a model remembers of the tokens that it has seen, so that the next one costs one position. Position p of
 * sequence s lies in row s · capacity + p: its *place*.
 */
export interface KeyValueCache {
  /** Sequences that there is room for. */
  readonly sequences: number;
  /** Positions of each sequence. */
  readonly capacity: number;
  /** A pair for every layer. */
  readonly layers: readonly CachedLayer[];
}

/** How large a {@linkcode KeyValueCache} is. */
export interface KeyValueCacheOptions {
  /** Sequences that there is room for. Default 1. */
  readonly sequences?: number;
  /** Positions of each sequence, at most the model's sequence length, which is the default. */
  readonly capacity?: number;
}

/**
 * Allocates a cache.
 *
 * @param model The model
 * @param options Sequences and their positions
 * @returns The cache; {@linkcode freeKeyValueCache} frees it
 * @throws {RangeError} If there is no sequence, or more positions than the model has
 *
 * @example Two sequences of up to eight tokens
 * ```ts
 * import { createKeyValueCache, createTransformer } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const { kvHeads, headDim } = modelPresets.tiny;
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * const { layers } = createKeyValueCache(model, { sequences: 2, capacity: 8 });
 * assertEquals(layers[0]?.keys.shape, [16, kvHeads * headDim]);
 * ```
 */
export function createKeyValueCache(model: Transformer, options: KeyValueCacheOptions = {}): KeyValueCache {
  const { device, config: { shape: { layers, kvHeads, headDim, sequenceLength } } } = model;
  const { sequences = 1, capacity = sequenceLength } = options;
  for (
    const [name, value, most] of [["sequences", sequences, Infinity], ["capacity", capacity, sequenceLength]] as const
  ) {
    if (Number.isSafeInteger(value) && value >= 1 && value <= most) continue;
    throw new RangeError(
      `Cannot create a cache as ${name} must be an integer from 1 to ${most}: current value is ${value}`,
    );
  }
  const tensor = () => device.tensor([sequences * capacity, kvHeads * headDim], device.activationType);
  return {
    sequences,
    capacity,
    layers: Array.from({ length: layers }, () => ({ keys: tensor(), values: tensor() })),
  };
}

/**
 * Frees a cache.
 *
 * @param device Where it lives
 * @param cache The cache, unusable afterwards
 *
 * @example Nothing is left
 * ```ts
 * import { createKeyValueCache, createTransformer, freeKeyValueCache } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: modelPresets.tiny }, 1);
 * const before = device.liveBytes;
 * freeKeyValueCache(device, createKeyValueCache(model));
 * assertEquals(device.liveBytes, before);
 * ```
 */
export function freeKeyValueCache(device: Device, cache: KeyValueCache): void {
  for (const { keys, values } of cache.layers) for (const tensor of [keys, values]) device.free(tensor);
}
