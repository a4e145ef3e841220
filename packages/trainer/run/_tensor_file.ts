import { elementCount } from "@beyond24/device";
import { decodeSafetensorsHeader, type SafetensorsHeader } from "@beyond24/safetensors";
import type { TensorSource } from "@beyond24/session";

const lengthBytes = 8;

/** A safetensors file on the disk, of which one tensor at a time is in memory. */
export class TensorFile implements TensorSource, Disposable {
  readonly #file: Deno.FsFile;
  readonly #header: SafetensorsHeader;
  #values = new Float32Array();

  private constructor(file: Deno.FsFile, header: SafetensorsHeader) {
    this.#file = file;
    this.#header = header;
  }

  /**
   * Opens a file and reads its header.
   *
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

  async read(name: string, shape: readonly number[]): Promise<Float32Array> {
    const entry = this.#header.entries[name];
    if (entry?.dtype !== "F32" || String(entry.shape) !== String(shape)) {
      const value = entry === undefined ? "missing" : `${entry.dtype} [${entry.shape}]`;
      throw new TypeError(`Cannot restore tensor ${name} as it must be F32 [${shape}]: current value is ${value}`);
    }
    const values = this.#room(elementCount(shape));
    await this.#file.seek(entry.start, Deno.SeekMode.Start);
    await readFully(this.#file, new Uint8Array(values.buffer, 0, values.byteLength));
    return values;
  }

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
