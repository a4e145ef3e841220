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
