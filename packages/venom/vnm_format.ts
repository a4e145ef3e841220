/**
 * Size and sparsity format of a V:N:M matrix. The matrix is cut into blocks of `v` rows and `m` columns. A block keeps
 * four columns, and in each row of a block two of those four elements, so that the kept four columns are 2:4. The
 * sparsity is `1 - n / m`.
 *
 * The last block of a row may be narrower than `m` (the remainder group); with fewer than four columns it keeps all of
 * them, still at most two elements a row.
 */
export interface VnmFormat {
  /** Number of rows, a multiple of `v`. */
  readonly rows: number;
  /** Number of columns: the contiguous axis. Any number; it need not be a multiple of `m`. */
  readonly cols: number;
  /** Rows of a block, at least 1. */
  readonly v: number;
  /** Kept elements in each row of a block: always 2, which is what sparse tensor cores multiply. */
  readonly n: number;
  /** Columns of a block, at least 4. With `m = 4` the format is plain 2:4. */
  readonly m: number;
}

/**
 * A V:N:M matrix in canonical packed form, the form that beyond24 stores and exchanges. With G = `ceil(cols / m)`
 * groups a row, group g covers the dense columns from `g * m`.
 */
export interface PackedVnm extends VnmFormat {
  /** Two kept values per row and group, in ascending column: row-major `[rows, 2 * G]`. */
  readonly values: Float32Array;
  /**
   * One nibble per row and group: low two bits the slot (0..3) of the first value in the block's four columns, high two
   * bits the slot of the second, increasing. Four groups to a 16-bit word, lowest group in the lowest bits, every row
   * starts a new word, unused high nibbles are 0: row-major `[rows, ceil(G / 4)]`.
   */
  readonly metadata: Uint16Array;
  /**
   * The four columns that each block keeps, as ascending offsets inside the group, 0..m-1: row-major
   * `[rows / v, G, 4]`. In the remainder group offsets at or beyond its width are padding.
   */
  readonly columns: Uint32Array;
}
