import { elementCount } from "@beyond24/device";
import { decodeSafetensorsHeader, type SafetensorsHeader } from "@beyond24/safetensors";

const lengthBytes = 8;
/** Bytes that are read at once; a multiple of the size of every element. */
const pieceBytes = 1 << 22;

/**
 * A safetensors file on the disk, of which one tensor at a time is in memory, or a piece of one.
 *
 * @example Read a tensor
 * ```ts
 * import { TensorFile } from "@beyond24/checkpoint";
 * import { encodeSafetensors } from "@beyond24/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * const gain = { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) } as const;
 * await Deno.writeFile(path, encodeSafetensors({ gain }));
 * using file = await TensorFile.open(path);
 * assertEquals(Object.keys(file.header.entries), ["gain"]);
 * assertEquals(await file.read("gain", [2]), Float32Array.of(1, 2));
 * ```
 */
export class TensorFile implements Disposable {
  /** Where each tensor lies, and the metadata. */
  readonly header: SafetensorsHeader;
  readonly #file: Deno.FsFile;
  #values = new Float32Array();

  private constructor(file: Deno.FsFile, header: SafetensorsHeader) {
    this.#file = file;
    this.header = header;
  }

  /**
   * Opens a file and reads its header.
   *
   * @param path The file
   * @returns The file; dispose of it to close it
   * @throws {SyntaxError} If the header is not one of a safetensors file
   * @throws {RangeError} If offsets and lengths do not fit
   */
  static async open(path: string): Promise<TensorFile> {
    const file = await Deno.open(path);
    try {
      const { size } = await file.stat();
      const length = new Uint8Array(Math.min(lengthBytes, size));
      await readFully(file, length);
      const end = length.length < lengthBytes ? size : headerEnd(length);
      const bytes = new Uint8Array(Math.min(size, end));
      await file.seek(0, Deno.SeekMode.Start);
      await readFully(file, bytes);
      return new TensorFile(file, decodeSafetensorsHeader(bytes));
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Reads an f32 tensor.
   *
   * @param name Its name
   * @param shape The shape that it must have
   * @returns Row-major values, in memory that the next tensor takes
   * @throws {TypeError} If it is missing or of another type or shape
   * @throws {RangeError} If the file ends early
   */
  async read(name: string, shape: readonly number[]): Promise<Float32Array> {
    const entry = this.header.entries[name];
    if (entry?.dtype !== "F32" || String(entry.shape) !== String(shape)) {
      const value = entry === undefined ? "missing" : `${entry.dtype} [${entry.shape}]`;
      throw new TypeError(`Cannot restore tensor ${name} as it must be F32 [${shape}]: current value is ${value}`);
    }
    const values = this.#room(elementCount(shape));
    await this.#file.seek(entry.start, Deno.SeekMode.Start);
    await readFully(this.#file, new Uint8Array(values.buffer, 0, values.byteLength));
    return values;
  }

  /**
   * Reads a tensor of any type piece by piece.
   *
   * @param name Its name
   * @returns Its bytes, at most 4 MiB at once and whole elements, each piece in memory that the next one takes
   * @throws {TypeError} If it is missing
   * @throws {RangeError} If the file ends early
   */
  async *pieces(name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const entry = this.header.entries[name];
    if (entry === undefined) throw new TypeError(`Cannot read tensor ${name} as the file has none of that name`);
    const room = new Uint8Array(Math.min(pieceBytes, entry.end - entry.start));
    for (let start = entry.start; start < entry.end; start += room.length) {
      const piece = room.subarray(0, entry.end - start);
      await this.#file.seek(start, Deno.SeekMode.Start);
      await readFully(this.#file, piece);
      yield piece;
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  /** The same memory for all tensors, as long as the longest one so far. */
  #room(count: number): Float32Array<ArrayBuffer> {
    if (this.#values.length < count) this.#values = new Float32Array(count);
    return this.#values.subarray(0, count);
  }
}

function headerEnd(length: Uint8Array): number {
  return lengthBytes + Number(new DataView(length.buffer).getBigUint64(0, true));
}

async function readFully(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const read = await file.read(bytes.subarray(done));
    if (read === null) throw new RangeError(`Cannot read tensors as the file ends ${bytes.length - done} bytes early`);
    done += read;
  }
}
