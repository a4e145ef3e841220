import type { Batch } from "./batch.ts";
import { memoryTokens } from "./tokens/memory_tokens.ts";
import type { TokenSource } from "./tokens/token_source.ts";

/** Options of {@linkcode validationBatches}. */
export interface ValidationBatchesOptions {
  /** Tokens in a sequence. */
  readonly sequenceLength: number;
  /** Sequences in a batch. */
  readonly batchSize: number;
  /** Most batches to give, spread evenly over the tokens. Default: all. */
  readonly maxBatches?: number;
}

/**
 * Batches over held-out tokens, always the same and in the same order.
 *
 * The tokens are cut into sequences without overlap. When there are more than `maxBatches * batchSize`, those at even
 * distances are taken. A last batch with too few sequences is filled with rows of targets -1, which count nothing.
 *
 * @param tokens Held-out tokens
 * @param options Length of a sequence, size and number of batches
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
export function* validationBatches(
  tokens: Int32Array | TokenSource,
  options: ValidationBatchesOptions,
): Generator<Batch> {
  const source = tokens instanceof Int32Array ? memoryTokens([tokens]) : tokens;
  const { sequenceLength, batchSize, maxBatches = Infinity } = options;
  const available = Math.floor((tokens.length - 1) / sequenceLength);
  const used = Math.min(available, maxBatches * batchSize);
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
