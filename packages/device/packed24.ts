import type { DType, Storage, Tensor } from "./tensor.ts";

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
  /** How the kept values are stored. */
  readonly dtype: DType;
  /** f32 [1]: as that of a {@linkcode Tensor}. */
  readonly scale?: Tensor;
  /** The back end's own handle of values and metadata. */
  readonly storage: Storage;
}

/**
 * What a product accepts: a dense matrix or a packed one, of a type and a scale of its own. At most one of a product is
 * packed.
 */
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

/**
 * Throws unless the grouped axis of a packed matrix splits into groups of four; what every device checks before it
 * allocates.
 *
 * @param rows Rows of the dense matrix
 * @param cols Columns of the dense matrix
 * @param axis Axis along which the groups of four run
 * @throws {TypeError} If the extent of `axis` is not a multiple of 4
 *
 * @example Refuse three columns
 * ```ts
 * import { checkPackedShape } from "@beyond24/device";
 * import { assertThrows } from "@std/assert";
 *
 * checkPackedShape(4, 3, "rows");
 * assertThrows(() => checkPackedShape(4, 3, "cols"), TypeError, "its cols must be a multiple of 4");
 * ```
 */
export function checkPackedShape(rows: number, cols: number, axis: "rows" | "cols"): void {
  const extent = axis === "rows" ? rows : cols;
  if (extent % 4 === 0) return;
  throw new TypeError(
    `Cannot allocate a packed matrix as its ${axis} must be a multiple of 4: current value is [${rows}, ${cols}]`,
  );
}
