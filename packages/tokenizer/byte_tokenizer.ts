import { byteCharacters } from "./_byte_alphabet.ts";
import { decodeBytes } from "./_decode_bytes.ts";
import { noSuchToken } from "./_token_table.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { TokenizerFile } from "./tokenizer_file.ts";

const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/**
 * One token for each byte of the UTF-8 form: 256 tokens, no vocabulary file, every text has an encoding. Byte 0, which
 * text does not hold, ends a text.
 *
 * @example Encode and decode
 * ```ts
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = new ByteTokenizer();
 * const tokens = tokenizer.encode("né");
 * assertEquals(tokens, Int32Array.of(0x6e, 0xc3, 0xa9));
 * assertEquals(tokenizer.decode(tokens), "né");
 * ```
 */
export class ByteTokenizer implements Tokenizer {
  /** 256. */
  readonly vocabularySize = 256;
  /** None. */
  readonly bos: undefined;
  /** Byte 0. */
  readonly eos = 0;
  /** None. */
  readonly prefix: readonly number[] = [];
  /** Byte 0. */
  readonly specialTokens: ReadonlySet<number> = new Set([0]);
  /** True. */
  readonly isCuttable = true;

  /**
   * The bytes of a text.
   *
   * @param text Any text; lone surrogates become U+FFFD
   * @returns Numbers from 0 to 255
   */
  encode(text: string): Int32Array {
    return new Int32Array(new TextEncoder().encode(text));
  }

  /**
   * The text of bytes. Bytes that are not UTF-8 give U+FFFD.
   *
   * @param tokens Numbers from 0 to 255
   * @returns The text
   * @throws {RangeError} If a token is not an integer from 0 to 255
   */
  decode(tokens: ArrayLike<number>): string {
    return decodeBytes(tokens, (token) => this.tokenBytes(token));
  }

  /**
   * The byte of a token.
   *
   * @param token A number from 0 to 255
   * @returns One byte
   * @throws {RangeError} If the token is not an integer from 0 to 255
   */
  tokenBytes(token: number): Uint8Array {
    if (Number.isInteger(token) && token >= 0 && token < 256) return bytes.subarray(token, token + 1);
    throw new RangeError(noSuchToken(token, 256));
  }

  /** That it is of bytes. */
  encoderData(): { readonly kind: "bytes" } {
    return { kind: "bytes" };
  }

  /** The same tokens as a byte-pair encoding without merges. */
  toJSON(): TokenizerFile {
    const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
    const vocab = Object.fromEntries(byteCharacters.map((character, byte) => [character, byte]));
    return {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: byteLevel,
      post_processor: null,
      decoder: byteLevel,
      model: { type: "BPE", vocab, merges: [] },
    };
  }
}
