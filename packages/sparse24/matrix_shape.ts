/** Size of a dense row-major matrix: element (r, c) lies at index `r * cols + c`. */
export interface MatrixShape {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns: the contiguous axis. */
  readonly cols: number;
}

/**
 * The axis that a group of four runs along: `"cols"` groups four neighbours of one row (they are contiguous in memory),
 * `"rows"` groups four neighbours of one column.
 */
export type GroupAxis = "cols" | "rows";

/** Option of the functions that can group along either axis. */
export interface GroupAxisOptions {
  /** The axis that groups of four run along. Default: `"cols"`. */
  readonly axis?: GroupAxis;
}
