import type { Bytes, RecordBatch } from "./record_batch.ts";

/** Bytes in chunks of a length, each in memory of its own. */
export async function* inChunks(bytes: Uint8Array, length: number): AsyncGenerator<Bytes> {
  for (let start = 0; start < bytes.length; start += length) {
    yield await Promise.resolve(bytes.slice(start, start + length));
  }
}

/** All bytes of a stream. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts = await Array.fromAsync(chunks);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

/** The texts, or lines, of batches. */
export function textsOf(batches: readonly RecordBatch[]): string[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return batches.flatMap(({ records }) => {
    if (records.kind === "lines") return decoder.decode(records.bytes).split("\n").filter((line) => line.trim() !== "");
    if (records.kind === "part") return [decoder.decode(records.bytes)];
    let start = 0;
    return Array.from(records.ends, (end) => decoder.decode(records.bytes.subarray(start, start = end)));
  });
}
