/** Tokens in a row, of which parts are read. */
export interface TokenSource {
  /** Number of tokens. */
  readonly length: number;
  /**
   * Reads tokens that follow each other.
   *
   * @param start First token, from 0
   * @param count How many, at least none
   * @returns The tokens, in memory that stays as it is
   * @throws {RangeError} If there are fewer
   * @throws {DataError} If they cannot be read
   */
  read(start: number, count: number): Int32Array;
  /**
   * Says that tokens will be read soon, so that reading them does not have to wait for a disk. It changes nothing else.
   *
   * @param start First token
   * @param count How many
   */
  prefetch?(start: number, count: number): void;
}

/**
 * Refuses a range that a source does not have.
 *
 * @param length Tokens of the source
 * @param start First token
 * @param count How many
 * @throws {RangeError} If the range is not within the tokens
 */
export function checkTokenRange(length: number, start: number, count: number): void {
  const isWithin = Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0 &&
    start + count <= length;
  if (isWithin) return;
  throw new RangeError(
    `Cannot read tokens as they must be among 0 to ${length}: current value is ${count} tokens from ${start}`,
  );
}
