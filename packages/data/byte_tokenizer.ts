import type { Tokenizer } from "./tokenizer.ts";

/**
 * One token for each byte of the UTF-8 form: 256 tokens, no vocabulary file, every text has an encoding.
 *
 * @example Encode and decode
 * ```ts
 * import { ByteTokenizer } from "@beyond24/data";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = new ByteTokenizer();
 * const tokens = tokenizer.encode("né");
 * assertEquals(tokens, Int32Array.of(0x6e, 0xc3, 0xa9));
 * assertEquals(tokenizer.decode(tokens), "né");
 * ```
 */
export class ByteTokenizer implements Tokenizer {
  /** `"bytes"`. */
  readonly name = "bytes";
  /** 256. */
  readonly vocabularySize = 256;

  /**
   * The bytes of a text.
   *
   * @param text Any text; lone surrogates become U+FFFD
   * @returns Numbers from 0 to 255
   */
  encode(text: string): Int32Array {
    return Int32Array.from(new TextEncoder().encode(text));
  }

  /**
   * The text of bytes. Bytes that are not UTF-8 give U+FFFD.
   *
   * @param tokens Numbers from 0 to 255
   * @returns The text
   * @throws {RangeError} If a token is not an integer from 0 to 255
   */
  decode(tokens: ArrayLike<number>): string {
    const bytes = Uint8Array.from(tokens, (token) => {
      if (Number.isInteger(token) && token >= 0 && token < 256) return token;
      throw new RangeError(`Cannot decode a token as it must be an integer from 0 to 255: current value is ${token}`);
    });
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  }
}
