import type { VnmFormat } from "./vnm_format.ts";

/**
 * A V:N:M matrix in canonical packed form, the form that beyond24 stores and exchanges. With G = `ceil(cols / m)` groups
 * a row, group g covers the dense columns from `g * m`.
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
