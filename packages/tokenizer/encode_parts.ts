import { textWindows } from "./_text_windows.ts";
import type { Encoder } from "./encoder.ts";

/**
 * The tokens of a text, part by part, so that those of a long one are not in memory together. A tokenizer whose
 * `isCuttable` is false gives one part.
 *
 * @param tokenizer The tokenizer
 * @param text The text
 * @returns Tokens; one after the other they are what `encode` gives
 *
 * @example A short text is one part
 * ```ts
 * import { ByteTokenizer, encodeParts } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...encodeParts(new ByteTokenizer(), "né")], [Int32Array.of(0x6e, 0xc3, 0xa9)]);
 * ```
 */
export function* encodeParts(tokenizer: Encoder, text: string): Generator<Int32Array> {
  const parts = tokenizer.isCuttable ? textWindows(text) : [text];
  for (const part of parts) yield tokenizer.encode(part);
}
