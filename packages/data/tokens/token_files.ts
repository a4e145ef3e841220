import { DataError } from "../data_error.ts";
import type { TokenPart, TokenType } from "./token_index.ts";
import { TokenShardFile } from "./token_shard_file.ts";
import { checkTokenRange, type TokenSource } from "./token_source.ts";

/** Ranges that are read ahead at once; more are not asked for by anyone who reads what was asked for. */
const mostAhead = 1024;

/** What is known of a part of prepared tokens. */
export interface TokenFilesOptions {
  /** Where they lie. */
  readonly folder: string;
  /** The part. */
  readonly part: TokenPart;
  /** How a token is written. */
  readonly type: TokenType;
  /** Every token is below it. */
  readonly vocabularySize: number;
}

/** Tokens in files, read by range: nothing else is in memory. Dispose of it to close the files. */
export class TokenFiles implements TokenSource, Disposable {
  /** Number of tokens. */
  readonly length: number;
  readonly #folder: string;
  readonly #shards: TokenShardFile[] = [];
  readonly #vocabularySize: number;
  /** Ranges by their start; undefined until they are there. */
  readonly #ahead = new Map<number, Int32Array | undefined>();
  #reading: Promise<void> = Promise.resolve();

  /**
   * Opens the files.
   *
   * @param options Where they are
   * @throws {DataError} If a file is missing or has another size
   */
  constructor({ folder, part, type, vocabularySize }: TokenFilesOptions) {
    this.length = part.tokens;
    this.#folder = folder;
    this.#vocabularySize = vocabularySize;
    try {
      for (const shard of part.shards) this.#shards.push(new TokenShardFile(folder, shard, type));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Reads tokens that follow each other. */
  read(start: number, count: number): Int32Array {
    checkTokenRange(this.length, start, count);
    const ahead = this.#ahead.get(start);
    this.#ahead.delete(start);
    if (ahead !== undefined && ahead.length >= count) return ahead.subarray(0, count);
    const tokens = new Int32Array(count);
    for (const { shard, from, length, at } of this.#ranges(start, count)) tokens.set(shard.read(from, length), at);
    this.#check(tokens, start);
    return tokens;
  }

  /** All tokens as they lie in the files. */
  readWhole(): (Uint16Array | Uint32Array)[] {
    let start = 0;
    return this.#shards.map((shard) => {
      const tokens = shard.read(0, shard.length);
      this.#check(tokens, start);
      start += shard.length;
      return tokens;
    });
  }

  /** Reads tokens while the caller does something else. */
  prefetch(start: number, count: number): void {
    checkTokenRange(this.length, start, count);
    if (this.#ahead.has(start) || this.#ahead.size >= mostAhead) return;
    this.#ahead.set(start, undefined);
    // One after the other; what fails is left to `read`, which says why.
    this.#reading = this.#reading.then(() => this.#readAhead(start, count)).catch(() => {});
  }

  [Symbol.dispose](): void {
    this.#ahead.clear();
    for (const shard of this.#shards.splice(0)) shard[Symbol.dispose]();
  }

  async #readAhead(start: number, count: number): Promise<void> {
    if (!this.#ahead.has(start)) return;
    const tokens = new Int32Array(count);
    for (const { shard, from, length, at } of this.#ranges(start, count)) {
      tokens.set(await shard.readAhead(from, length), at);
    }
    this.#check(tokens, start);
    if (this.#ahead.has(start)) this.#ahead.set(start, tokens);
  }

  /** The parts of a range, shard by shard. */
  *#ranges(start: number, count: number) {
    let first = 0;
    for (const shard of this.#shards) {
      const from = Math.max(0, start - first);
      const length = Math.min(start + count - first, shard.length) - from;
      if (length > 0) yield { shard, from, length, at: first + from - start };
      first += shard.length;
    }
  }

  #check(tokens: Int32Array | Uint16Array | Uint32Array, start: number): void {
    const bad = tokens.findIndex((token) => token < 0 || token >= this.#vocabularySize);
    if (bad < 0) return;
    throw new DataError(
      `Cannot use token ${start + bad} of ${this.#folder} as it must be below ${this.#vocabularySize}: ` +
        `current value is ${tokens[bad]}`,
    );
  }
}
