import type { Tokenizer } from "./tokenizer.ts";

/**
 * Decodes tokens as they come. A character is given when its last byte has come, so that tokens may cut characters in
 * two.
 *
 * @param tokenizer The tokenizer
 * @param tokens Token numbers
 * @returns Parts of the text; together they are what `decode` gives for all tokens
 * @throws {RangeError} If there is no such token
 *
 * @example A character of two tokens
 * ```ts
 * import { ByteTokenizer, decodeStream } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const parts = await Array.fromAsync(decodeStream(new ByteTokenizer(), [0x6e, 0xc3, 0xa9]));
 * assertEquals(parts, ["n", "é"]);
 * ```
 */
export async function* decodeStream(
  tokenizer: Tokenizer,
  tokens: Iterable<number> | AsyncIterable<number>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const token of tokens) {
    const text = decoder.decode(tokenizer.tokenBytes(token), { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}
