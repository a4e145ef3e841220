import type { Storage, Tensor } from "./tensor.ts";

/**
 * A 2:4 sparse matrix in the form a back end's products want: an opaque handle. Two of every four consecutive elements
 * along `axis` are kept. `Device.readPacked24` gives its canonical form (values and row-major nibbles).
 */
export interface PackedMatrix24 {
  /** Tells a packed operand from a {@linkcode Tensor}. */
  readonly format: "2:4";
  /** Rows of the dense matrix. */
  readonly rows: number;
  /** Columns of the dense matrix. */
  readonly cols: number;
  /** Axis along which the groups of four run: `"cols"` within a row, `"rows"` within a column. A multiple of 4. */
  readonly axis: "rows" | "cols";
  /** The back end's own handle of values and metadata. */
  readonly storage: Storage;
}

/** What a product accepts: a dense matrix or a packed one. At most one operand of a product is packed. */
export type Operand = Tensor | PackedMatrix24;

/**
 * Whether an operand is packed.
 *
 * @example A tensor is not
 * ```ts
 * import { isPacked24 } from "@beyond24/device";
 * import { assertFalse } from "@std/assert";
 *
 * assertFalse(isPacked24({ shape: [4, 4], dtype: "f32", storage: { bytes: 64 }, offset: 0 }));
 * ```
 */
export function isPacked24(operand: Operand): operand is PackedMatrix24 {
  return "format" in operand;
}
