import type { Tokenizer } from "@beyond24/tokenizer";
import type { Batch } from "./batch.ts";

/** Targets, and the text that they stand for. */
export interface TargetSize {
  /** Targets that count. */
  readonly tokens: number;
  /** Bytes of their text in UTF-8; special tokens, and those around a document, stand for none. */
  readonly bytes: number;
}

/**
 * How much text the targets of batches stand for.
 *
 * @param batches The batches
 * @param tokenizer What made their tokens
 * @returns Tokens and bytes
 *
 * @example A token of two bytes
 * ```ts
 * import { targetSize } from "@beyond24/data";
 * import { loadTokenizer, trainTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await loadTokenizer(await trainTokenizer(["abababab"], { vocabularySize: 258 }));
 * const [inputs, targets] = [tokenizer.encode("bb"), tokenizer.encode("abab").fill(-1, 1)];
 * assertEquals(targetSize([{ inputs, targets }], tokenizer), { tokens: 1, bytes: 2 });
 * ```
 */
export function targetSize(batches: Iterable<Batch>, tokenizer: Tokenizer): TargetSize {
  const lengths = new Map<number, number>([
    [-1, 0],
    ...[...tokenizer.specialTokens].map((token) => [token, 0] as const),
  ]);
  let tokens = 0;
  let bytes = 0;
  for (const { targets } of batches) {
    for (const target of targets) {
      let length = lengths.get(target);
      if (length === undefined) lengths.set(target, length = tokenizer.tokenBytes(target).length);
      tokens += Number(target >= 0);
      bytes += length;
    }
  }
  return { tokens, bytes };
}

/**
 * A loss in bits per byte of text: what a compressor made of the model would take. Unlike nats per token it can be
 * compared between tokenizers.
 *
 * @param loss Mean loss in nats per token
 * @param size Tokens that it is the mean over, and bytes of their text
 * @returns Bits per byte; null without a byte
 *
 * @example A token of one byte, two of which are equally likely
 * ```ts
 * import { bitsPerByte } from "@beyond24/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(bitsPerByte(Math.log(2), { tokens: 10, bytes: 10 }), 1);
 * assertEquals(bitsPerByte(Math.log(2), { tokens: 10, bytes: 40 }), 0.25);
 * ```
 */
export function bitsPerByte(loss: number, { tokens, bytes }: TargetSize): number | null {
  return bytes === 0 ? null : loss * tokens / (bytes * Math.LN2);
}
