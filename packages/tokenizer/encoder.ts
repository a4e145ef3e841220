import { BytePairEncoder } from "./_byte_pair_encoder.ts";
import { ByteTokenizer } from "./byte_tokenizer.ts";
import type { EncoderData } from "./encoder_data.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What encodes texts, without what only decoding needs. */
export type Encoder = Pick<Tokenizer, "encode" | "isCuttable">;

/**
 * Makes an encoder from the data of another thread's tokenizer: at once, and without the memory that a vocabulary
 * takes.
 *
 * @param data What `Tokenizer.encoderData` gave
 * @returns The encoder; it encodes as that tokenizer does
 *
 * @example Send a tokenizer to another thread
 * ```ts
 * import { loadTokenizer, openEncoder, trainTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await loadTokenizer(await trainTokenizer(["so much, so much"], { vocabularySize: 260 }));
 * const encoder = openEncoder(structuredClone(tokenizer.encoderData()));
 * assertEquals(encoder.encode("so much"), tokenizer.encode("so much"));
 * ```
 */
export function openEncoder(data: EncoderData): Encoder {
  return data.kind === "bytes" ? new ByteTokenizer() : new BytePairEncoder(data, "the tokenizer");
}
