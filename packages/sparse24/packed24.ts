/**
 * A 2:4 matrix in canonical packed form, the form that beyond24 stores and exchanges. Device layouts are derived from
 * it ({@linkcode encodeMetadata24}).
 */
export interface Packed24 {
  /** Rows of the dense matrix. */
  readonly rows: number;
  /** Columns of the dense matrix, a multiple of 4. */
  readonly cols: number;
  /** Two kept values per group of four, in ascending column: row-major `[rows, cols / 2]`. */
  readonly values: Float32Array;
  /**
   * One nibble per group ({@linkcode nibble24}), four groups to a 16-bit word with the lowest column in the lowest bits:
   * row-major `[rows, ceil(cols / 16)]`. Every row starts a new word; when `cols` is not a multiple of 16 the unused
   * high nibbles of a row's last word are 0.
   */
  readonly metadata: Uint16Array;
}
