import type { Batch } from "./batch.ts";
import { type AnyTokens, toMixture } from "./tokens/token_mixture.ts";
import type { TokenSource } from "./tokens/token_source.ts";

/** Options of {@linkcode validationBatches}. */
export interface ValidationBatchesOptions {
  /** Tokens in a sequence. */
  readonly sequenceLength: number;
  /** Sequences in a batch. */
  readonly batchSize: number;
  /** Tokens to go through at least, in whole batches that are spread evenly, where there are so many. Default: all. */
  readonly leastTokens?: number;
}

/**
 * Batches over held-out tokens, always the same and in the same order.
 *
 * The tokens are cut into sequences without overlap. When there are more than `leastTokens` want, those at even
 * distances are taken; of a mixture, of each source its part. A last batch with too few sequences is filled with rows
 * of targets -1, which count nothing.
 *
 * @param tokens Held-out tokens
 * @param options Length of a sequence, size of a batch, tokens in all
 * @returns The batches
 *
 * @example Go through held-out tokens
 * ```ts
 * import { validationBatches } from "@beyond24/data";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = Int32Array.of(1, 2, 3, 4, 5, 6, 7);
 * const batches = [...validationBatches(tokens, { sequenceLength: 2, batchSize: 2 })];
 * assertEquals(batches[1], { inputs: Int32Array.of(5, 6, 0, 0), targets: Int32Array.of(6, 7, -1, -1) });
 * ```
 */
export function* validationBatches(tokens: AnyTokens, options: ValidationBatchesOptions): Generator<Batch> {
  const { sequenceLength, batchSize, leastTokens = Infinity } = options;
  const mixture = toMixture(tokens);
  const wanted = Math.ceil(leastTokens / (sequenceLength * batchSize)) * batchSize;
  const available = (source: TokenSource) => Math.max(0, Math.floor((source.length - 1) / sequenceLength));
  // As many as keep the parts of the sources as they are.
  const most = Math.min(wanted, ...mixture.map(({ tokens, weight }) => available(tokens) / weight));
  for (const { tokens, weight } of mixture) {
    const used = Math.min(available(tokens), Math.ceil(most * weight));
    yield* sequencesOf(tokens, used, available(tokens), options);
  }
}

/** So many of a source's sequences, at even distances. */
function* sequencesOf(
  source: TokenSource,
  used: number,
  available: number,
  { sequenceLength, batchSize }: ValidationBatchesOptions,
): Generator<Batch> {
  for (let first = 0; first < used; first += batchSize) {
    const inputs = new Int32Array(batchSize * sequenceLength);
    const targets = new Int32Array(batchSize * sequenceLength).fill(-1);
    for (let row = 0; row < Math.min(batchSize, used - first); row++) {
      const start = Math.floor((first + row) * available / used) * sequenceLength;
      const sequence = source.read(start, sequenceLength + 1);
      inputs.set(sequence.subarray(0, sequenceLength), row * sequenceLength);
      targets.set(sequence.subarray(1), row * sequenceLength);
    }
    yield { inputs, targets };
  }
}
