import { Decompress } from "fzstd";
import { StreamError } from "./stream_error.ts";
import xxhash, { type XXHash } from "xxhash-wasm";
import type { Bytes } from "./record_batch.ts";

/** A window must be in memory as a whole; this is what zstd itself takes without being told to. */
const largestWindow = 2 ** 27;

/**
 * Decompresses zstd: any number of frames one after the other. `fzstd` decodes blocks; frames, their ends and their
 * checksums are looked after here, because a stream that is cut or damaged must not pass for a whole one.
 *
 * Source of the format: RFC 8878.
 */
export async function* decompressZstd(
  chunks: AsyncIterable<Bytes>,
): AsyncGenerator<Bytes> {
  const input = new ByteQueue(chunks);
  const { create64 } = await xxhash();
  while (await input.has(1)) {
    const magic = await input.peekNumber(4);
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) await skipFrame(input);
    else if (magic === 0xfd2fb528) yield* decodeFrame(input, create64());
    else throw new StreamError(`it must be zstd: current value is 0x${magic.toString(16)} at byte ${input.position}`);
  }
}

async function skipFrame(input: ByteQueue): Promise<void> {
  await input.take(4);
  let left = toNumber(await input.take(4));
  while (left > 0) left -= (await input.takeSome(left)).length;
}

async function* decodeFrame(
  input: ByteQueue,
  hash: XXHash<bigint>,
): AsyncGenerator<Bytes> {
  const start = input.position;
  const output: Bytes[] = [];
  // Whatever the library says of a block, it says while it is given that block.
  const decoder = new Decompress((block) => output.push(ownBytes(block)));
  const push = (bytes: Uint8Array, isLast = false) => {
    try {
      decoder.push(bytes, isLast);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StreamError(`its zstd frame at byte ${start} is damaged: ${reason}`, { cause: error });
    }
    for (const block of output) hash.update(block);
    return output.splice(0);
  };
  const { header, hasChecksum } = await readHeader(input);
  yield* push(header);
  for (let isLast = false; !isLast;) {
    const block = toNumber(await input.peek(3));
    const [type, size] = [block >> 1 & 3, block >> 3];
    if (type === 3 || size > 2 ** 17) throw new StreamError(`its zstd frame at byte ${start} is damaged: not a block`);
    isLast = (block & 1) === 1;
    yield* push(await input.take(3 + (type === 1 ? 1 : size)));
  }
  const checksum = hasChecksum ? await input.take(4) : new Uint8Array();
  yield* push(checksum, true);
  if (!hasChecksum || toNumber(checksum) === Number(hash.digest() & 0xffffffffn)) return;
  throw new StreamError(`its zstd frame at byte ${start} is damaged: the checksum is another one`);
}

/** A block is in memory of its own; its type does not say so. */
function ownBytes(block: Uint8Array): Bytes {
  const { buffer, byteOffset, length } = block;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(block);
}

async function readHeader(input: ByteQueue): Promise<{ header: Bytes; hasChecksum: boolean }> {
  const start = input.position;
  const [descriptor = 0, window = 0] = (await input.peek(6)).subarray(4);
  const isSingle = (descriptor & 32) !== 0;
  const dictionary = descriptor & 3;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const length = 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][dictionary] ?? 0) + sizeBytes;
  if ((descriptor & 8) !== 0) {
    throw new StreamError(`its zstd frame at byte ${start} is damaged: a reserved bit is set`);
  }
  if (dictionary !== 0) throw new StreamError(`its zstd frame at byte ${start} needs a dictionary`);
  const header = await input.take(length);
  const size = isSingle ? contentSize(header.subarray(length - sizeBytes)) : windowSize(window);
  if (size > largestWindow) {
    throw new StreamError(
      `its zstd frame at byte ${start} needs a window of at most 128 MiB: current value is ${size} bytes`,
    );
  }
  return { header, hasChecksum: (descriptor & 4) !== 0 };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + base / 8 * (descriptor & 7);
}

function contentSize(bytes: Uint8Array): number {
  return toNumber(bytes) + (bytes.length === 2 ? 256 : 0);
}

function toNumber(bytes: Uint8Array): number {
  return bytes.reduceRight((number, byte) => number * 256 + byte, 0);
}

/** Bytes of a stream, as many as are asked for. */
class ByteQueue {
  readonly #chunks: AsyncIterator<Bytes>;
  #bytes = new Uint8Array();
  #position = 0;

  constructor(chunks: AsyncIterable<Bytes>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Bytes taken so far. */
  get position(): number {
    return this.#position;
  }

  /** Whether there are as many bytes. */
  async has(count: number): Promise<boolean> {
    while (this.#bytes.length < count) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return false;
      const more = new Uint8Array(this.#bytes.length + value.length);
      more.set(this.#bytes);
      more.set(value, this.#bytes.length);
      this.#bytes = more;
    }
    return true;
  }

  async peek(count: number): Promise<Bytes> {
    if (await this.has(count)) return this.#bytes.subarray(0, count);
    throw new StreamError(`it ends in the middle of a zstd frame, at byte ${this.#position + this.#bytes.length}`);
  }

  async peekNumber(count: number): Promise<number> {
    return toNumber(await this.peek(count));
  }

  async take(count: number): Promise<Bytes> {
    const bytes = await this.peek(count);
    this.#bytes = this.#bytes.subarray(count);
    this.#position += count;
    return bytes;
  }

  /** At least one byte, at most `most`. */
  async takeSome(most: number): Promise<Bytes> {
    await this.peek(1);
    return await this.take(Math.min(most, this.#bytes.length));
  }
}
