/** Tokens around a text. */
export interface TextMarks {
  /** Token that begins a text. */
  readonly bos: number | undefined;
  /** Token that ends a text. */
  readonly eos: number | undefined;
  /** Tokens that are put before every text. */
  readonly prefix: readonly number[];
}
