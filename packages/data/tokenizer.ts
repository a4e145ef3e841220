/** Turns text into token numbers and back. */
export interface Tokenizer {
  /** Short name, as it stands in checkpoints and configurations. */
  readonly name: string;
  /** Number of tokens: `encode` gives numbers from 0 to `vocabularySize - 1`. */
  readonly vocabularySize: number;
  /**
   * The tokens of a text.
   *
   * @param text Any text
   * @returns Token numbers
   */
  encode(text: string): Int32Array;
  /**
   * The text of tokens. Tokens that do not end in a whole character give U+FFFD there.
   *
   * @param tokens Token numbers
   * @returns The text
   * @throws {RangeError} If a token is outside the vocabulary
   */
  decode(tokens: ArrayLike<number>): string;
}
