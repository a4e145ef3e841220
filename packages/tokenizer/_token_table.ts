import { fromByteCharacters } from "./_byte_alphabet.ts";
import type { TokenizerFile } from "./tokenizer_file.ts";

/** The bytes of every token. */
export class TokenTable {
  readonly #bytes: Uint8Array;
  /** Token t is at [starts[t], starts[t] + lengths[t]); a length of -1 says that there is no such token. */
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;

  /** Lays the vocabulary and the added tokens of a file out. */
  constructor({ model, added_tokens }: TokenizerFile, vocabularySize: number) {
    const utf8 = new TextEncoder();
    const entries = new Map<number, Uint8Array>();
    for (const [entry, token] of Object.entries(model.vocab)) entries.set(token, fromByteCharacters(entry));
    for (const { id, content } of added_tokens) entries.set(id, utf8.encode(content));
    this.#starts = new Int32Array(vocabularySize);
    this.#lengths = new Int32Array(vocabularySize).fill(-1);
    this.#bytes = new Uint8Array(entries.values().reduce((sum, { length }) => sum + length, 0));
    let end = 0;
    for (const [token, bytes] of entries) {
      this.#bytes.set(bytes, end);
      this.#starts[token] = end;
      this.#lengths[token] = bytes.length;
      end += bytes.length;
    }
  }

  /** The bytes of a token. */
  bytesOf(token: number): Uint8Array {
    const length = this.#lengths[token] ?? -1;
    if (length < 0) throw new RangeError(noSuchToken(token, this.#lengths.length));
    const start = this.#starts[token] ?? 0;
    return this.#bytes.subarray(start, start + length);
  }
}

/** What to say of a token outside of a vocabulary. */
export function noSuchToken(token: number, vocabularySize: number): string {
  return `Cannot decode a token as it must be one of the vocabulary's, 0 to ${vocabularySize - 1}: ` +
    `current value is ${token}`;
}
