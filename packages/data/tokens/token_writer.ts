import { type FileLog, type FileSystem, openFileLog } from "@beyond24/disk";
import type { TokenType } from "./token_index.ts";
import { tokenBytes } from "./token_shard_file.ts";

/** Tokens of a file: 256 MiB in uint16. */
export const shardTokens = 2 ** 27;

/** Options of {@linkcode TokenWriter}. */
export interface TokenWriterOptions {
  /** Where the files go. */
  readonly folder: string;
  /** `train` or `validation`. */
  readonly name: string;
  /** How a token is written. */
  readonly type: TokenType;
  /** Tokens that are there and stay; others behind them are lost. */
  readonly tokens: number;
  /** The disk. */
  readonly disk: FileSystem;
  /** Tokens of a file. Default {@linkcode shardTokens}. */
  readonly shardTokens?: number;
}

/** Writes tokens into files of equal length, `train-00000.bin` and so on. */
export class TokenWriter {
  readonly #options: TokenWriterOptions;
  readonly #capacity: number;
  #tokens: number;
  #log: FileLog | undefined;

  private constructor(options: TokenWriterOptions) {
    this.#options = options;
    this.#capacity = options.shardTokens ?? shardTokens;
    this.#tokens = options.tokens;
  }

  /**
   * Begins where `tokens` end. What follows in the file that is not full is cut off.
   *
   * @throws {DiskError} If the system refuses it
   */
  static async open(options: TokenWriterOptions): Promise<TokenWriter> {
    const writer = new TokenWriter(options);
    if (writer.#tokens % writer.#capacity > 0) writer.#log = await writer.#openFile();
    return writer;
  }

  /** Names of the files and their tokens. */
  get shards(): { readonly file: string; readonly tokens: number }[] {
    return Array.from({ length: Math.ceil(this.#tokens / this.#capacity) }, (_, shard) => ({
      file: this.#fileOf(shard),
      tokens: Math.min(this.#capacity, this.#tokens - shard * this.#capacity),
    }));
  }

  /**
   * Writes tokens behind the others.
   *
   * @throws {DiskError} If the system refuses it
   */
  async append(tokens: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): Promise<void> {
    for (let done = 0; done < tokens.length;) {
      const inShard = this.#tokens % this.#capacity;
      const part = tokens.subarray(done, done + this.#capacity - inShard);
      const log = this.#log ??= await this.#openFile();
      await log.append(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
      done += part.length;
      this.#tokens += part.length;
      if (this.#tokens % this.#capacity === 0) await this.close();
    }
  }

  /** Returns when all tokens are on the disk. */
  async sync(): Promise<void> {
    await this.#log?.sync();
  }

  /** Closes the file that is open, when its tokens are on the disk. */
  async close(): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    try {
      await log?.sync();
    } finally {
      log?.close();
    }
  }

  async #openFile(): Promise<FileLog> {
    const { folder, type, disk } = this.#options;
    const shard = Math.floor(this.#tokens / this.#capacity);
    const size = (this.#tokens % this.#capacity) * tokenBytes[type];
    return await openFileLog(`${folder}/${this.#fileOf(shard)}`, size, disk);
  }

  #fileOf(shard: number): string {
    return `${this.#options.name}-${String(shard).padStart(5, "0")}.bin`;
  }
}
