import { DataError } from "../data_error.ts";
import type { TokenShard, TokenType } from "./token_index.ts";

/** Bytes of a token. */
export const tokenBytes: Readonly<Record<TokenType, 2 | 4>> = { uint16: 2, uint32: 4 };

/** One file of tokens, read by range. */
export class TokenShardFile implements Disposable {
  /** Where it lies. */
  readonly path: string;
  /** Number of tokens. */
  readonly length: number;
  readonly #type: TokenType;
  readonly #file: Deno.FsFile;
  /** Reads ahead at another place than the other handle. */
  readonly #ahead: Deno.FsFile;

  /**
   * Opens a file.
   *
   * @throws {DataError} If it is missing or has another size
   */
  constructor(folder: string, { file, tokens }: TokenShard, type: TokenType) {
    this.path = `${folder}/${file}`;
    this.length = tokens;
    this.#type = type;
    this.#file = openFile(this.path, tokens * tokenBytes[type]);
    this.#ahead = openFile(this.path, tokens * tokenBytes[type]);
  }

  /** Reads tokens. */
  read(from: number, count: number): Uint16Array | Uint32Array {
    const bytes = this.#room(count);
    this.#file.seekSync(from * tokenBytes[this.#type], Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) done += this.#checkMore(this.#file.readSync(bytes.subarray(done)));
    return this.#tokens(bytes);
  }

  /** Reads tokens without holding anything up; only one call at a time. */
  async readAhead(from: number, count: number): Promise<Uint16Array | Uint32Array> {
    const bytes = this.#room(count);
    await this.#ahead.seek(from * tokenBytes[this.#type], Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) done += this.#checkMore(await this.#ahead.read(bytes.subarray(done)));
    return this.#tokens(bytes);
  }

  [Symbol.dispose](): void {
    this.#file.close();
    this.#ahead.close();
  }

  #room(count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(count * tokenBytes[this.#type]);
  }

  #checkMore(more: number | null): number {
    if (more !== null) return more;
    throw new DataError(`Cannot read ${this.path} as it was cut since it was opened`);
  }

  /** Files are little-endian, and so is every machine that this runs on. */
  #tokens({ buffer }: Uint8Array<ArrayBuffer>): Uint16Array | Uint32Array {
    return this.#type === "uint16" ? new Uint16Array(buffer) : new Uint32Array(buffer);
  }
}

function openFile(path: string, size: number): Deno.FsFile {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    throw new DataError(`Cannot read ${path} as ${isMissing ? "it is missing" : "the system refuses it"}`, {
      cause: error,
    });
  }
  const info = file.statSync();
  if (info.isFile && info.size === size) return file;
  file.close();
  throw new DataError(
    `Cannot read ${path} as it must have ${size} bytes: current value is ${info.size}. Prepare the tokens again`,
  );
}
