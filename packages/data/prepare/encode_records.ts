import { createHash } from "node:crypto";
import { encodeParts, type Encoder } from "@beyond24/tokenizer";
import type { Records } from "../documents/record_batch.ts";
import type { TokenType } from "../tokens/token_index.ts";
import { recordParts } from "./_record_parts.ts";
import { parseRecord, parseText, type RecordFault } from "./_parse_record.ts";

/**
 * Bytes of a document's digest, the first ones of its SHA-256: among 10 million documents two are alike once in 10^15
 * corpora.
 */
export const digestBytes = 12;

/** How records become tokens. */
export interface EncodeSettings {
  /** What turns a text into tokens. */
  readonly encoder: Encoder;
  /** Tokens in front of a document. */
  readonly prefix: readonly number[];
  /** Tokens behind it. */
  readonly suffix: readonly number[];
  /** How tokens are written. */
  readonly type: TokenType;
  /** Field of a record that is the document. */
  readonly field: string;
}

/** Tokens as they are written. */
export type WrittenTokens = Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** The documents of a batch of records, as tokens. */
export interface EncodedRecords {
  /** Tokens of all documents, each with what stands before and behind it. */
  readonly tokens: WrittenTokens;
  /** Tokens of each document. */
  readonly counts: Uint32Array<ArrayBuffer>;
  /** Bytes of each document's text. */
  readonly bytes: Uint32Array<ArrayBuffer>;
  /** Digest of each document's text, one after the other. */
  readonly digests: Uint8Array<ArrayBuffer>;
  /**
   * Records that are no documents: their number in the batch, from 1, and where they are wrong, in bytes of the batch.
   */
  readonly refused: readonly (RecordFault & { readonly record: number })[];
}

/**
 * Encodes a batch of records: all that happens to a document, and dependent on nothing but the batch.
 *
 * @param records The records
 * @param settings Tokenizer, field, and how tokens are written
 * @returns Tokens, and what is known of each document
 * @throws {TokenizerError} If a text has a word of millions of characters
 */
export function encodeRecords(records: Records, settings: EncodeSettings): EncodedRecords {
  const documents = new DocumentBuffer(settings);
  if (records.kind === "part") {
    documents.addPart(records);
    return documents.finish();
  }
  let record = 0;
  for (const { bytes, start } of recordParts(records)) {
    record++;
    const parsed = records.kind === "lines" ? parseRecord(bytes, settings.field) : parseText(bytes);
    if (parsed === undefined) continue;
    if ("text" in parsed) documents.add(parsed.text, records.kind === "lines" ? undefined : bytes);
    else documents.refused.push({ record, ...parsed, byte: start + parsed.byte });
  }
  return documents.finish();
}

/** Documents that have been encoded. */
class DocumentBuffer {
  readonly refused: (RecordFault & { readonly record: number })[] = [];
  readonly #settings: EncodeSettings;
  readonly #parts: WrittenTokens[] = [];
  readonly #counts: number[] = [];
  readonly #bytes: number[] = [];
  readonly #digests: Uint8Array[] = [];
  readonly #utf8 = new TextEncoder();

  constructor(settings: EncodeSettings) {
    this.#settings = settings;
  }

  /** Encodes a document; its UTF-8, when it is at hand, need not be made. */
  add(text: string, utf8: Uint8Array = this.#utf8.encode(text)): void {
    const { prefix, suffix } = this.#settings;
    this.#bytes.push(utf8.length);
    this.#digests.push(new Uint8Array(createHash("sha256").update(utf8).digest()).subarray(0, digestBytes));
    this.#counts.push(this.#write(prefix) + this.#encode(text) + this.#write(suffix));
  }

  /** Encodes a part of a long document; of the document, what is known is said with its last part. */
  addPart({ bytes, isFirst, isLast, text }: Records & { readonly kind: "part" }): void {
    const { prefix, suffix } = this.#settings;
    const decoded = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const count = this.#write(isFirst ? prefix : []) + this.#encode(decoded) +
      this.#write(isLast ? suffix : []);
    this.#counts.push(count);
    this.#bytes.push(isLast ? text.bytes : 0);
    this.#digests.push(text.digest.subarray(0, digestBytes));
  }

  finish(): EncodedRecords {
    const digests = new Uint8Array(this.#digests.length * digestBytes);
    for (const [index, digest] of this.#digests.entries()) digests.set(digest, index * digestBytes);
    const tokens = this.#room(this.#counts.reduce((sum, count) => sum + count, 0));
    let end = 0;
    for (const part of this.#parts.splice(0)) {
      tokens.set(part, end);
      end += part.length;
    }
    const [counts, bytes] = [Uint32Array.from(this.#counts), Uint32Array.from(this.#bytes)];
    return { tokens, counts, bytes, digests, refused: this.refused };
  }

  #encode(text: string): number {
    return encodeParts(this.#settings.encoder, text).reduce((sum, part) => sum + this.#write(part), 0);
  }

  #write(tokens: ArrayLike<number>): number {
    const written = this.#room(tokens.length);
    written.set(tokens);
    this.#parts.push(written);
    return tokens.length;
  }

  #room(length: number): WrittenTokens {
    return this.#settings.type === "uint16" ? new Uint16Array(length) : new Uint32Array(length);
  }
}
