import { StreamError } from "./stream_error.ts";

/** More at once is a fault of the file, and would only take memory. */
const mostBytes = 2 ** 28;

/** A file that is read at any place. */
export class RandomAccess implements Disposable {
  readonly #file: Deno.FsFile;
  /** Its size. */
  readonly byteLength: number;

  private constructor(file: Deno.FsFile, byteLength: number) {
    this.#file = file;
    this.byteLength = byteLength;
  }

  /** Opens a file. */
  static async open(path: string): Promise<RandomAccess> {
    const file = await Deno.open(path);
    return new RandomAccess(file, (await file.stat()).size);
  }

  /** The bytes from `start` up to `end`. */
  async slice(start: number, end: number = this.byteLength): Promise<ArrayBuffer> {
    if (!(start >= 0 && start <= end && end <= this.byteLength)) {
      throw new StreamError(`it must hold what its footer names: current value is bytes ${start} to ${end}`);
    }
    if (end - start > mostBytes) {
      throw new StreamError(`it must be read in smaller parts: current value is ${end - start} bytes`);
    }
    const bytes = new Uint8Array(end - start);
    await this.#file.seek(start, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) {
      const count = await this.#file.read(bytes.subarray(done));
      if (count === null) throw new StreamError(`it ends early, at byte ${start + done}`);
      done += count;
    }
    return bytes.buffer;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
