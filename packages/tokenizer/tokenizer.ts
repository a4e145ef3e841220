import type { EncoderData } from "./encoder_data.ts";
import type { TokenizerFile } from "./tokenizer_file.ts";

/** Options of {@linkcode Tokenizer.encode}. */
export interface EncodeOptions {
  /** Whether names of special tokens in the text become those tokens. Default false: they are text like any other. */
  readonly special?: boolean;
}

/** Turns text into token numbers and back. */
export interface Tokenizer {
  /** One more than the largest token: `encode` gives numbers from 0 to `vocabularySize - 1`. */
  readonly vocabularySize: number;
  /** Token that begins a text; undefined when there is none. */
  readonly bos: number | undefined;
  /** Token that ends a text; undefined when there is none. */
  readonly eos: number | undefined;
  /**
   * Tokens that the tokenizer's post-processor puts before every text, commonly none or `bos`. `encode` leaves them
   * out.
   */
  readonly prefix: readonly number[];
  /** Tokens that stand for no text. */
  readonly specialTokens: ReadonlySet<number>;
  /**
   * Whether a text may be cut before any space or line feed that follows a letter: the tokens of the parts, one after
   * the other, are those of the text, whether special tokens are looked for or not. So a text of any length can be
   * encoded as it is read, and what texts begin with alike once.
   */
  readonly isCuttable: boolean;

  /**
   * The tokens of a text, without `prefix` and `eos`.
   *
   * @param text Any text; lone surrogates count as U+FFFD
   * @param options Whether names of special tokens are looked for
   * @returns Token numbers
   */
  encode(text: string, options?: EncodeOptions): Int32Array;

  /**
   * The text of tokens, special tokens as their names. Bytes that are not UTF-8 give U+FFFD.
   *
   * @param tokens Token numbers
   * @returns The text
   * @throws {RangeError} If there is no such token
   */
  decode(tokens: ArrayLike<number>): string;

  /**
   * The bytes of one token, which may be part of a character only.
   *
   * @param token Token number
   * @returns UTF-8, to be read only
   * @throws {RangeError} If there is no such token
   */
  tokenBytes(token: number): Uint8Array;

  /** What `openEncoder` needs in another thread to encode as this tokenizer does. */
  encoderData(): EncoderData;

  /** The `tokenizer.json` that makes this tokenizer. */
  toJSON(): TokenizerFile;
}
