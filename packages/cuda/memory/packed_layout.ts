import { checkPackedShape } from "@beyond24/device";

/**
 * How a 2:4 matrix lies in device memory. With `axis: "cols"` the sparse operand A of `wgmma.sp` is the matrix itself,
 * with `axis: "rows"` it is the transposed matrix; either way its groups run along K.
 */
export interface PackedLayout {
  /** Rows of A: the axis without groups. */
  readonly m: number;
  /** Columns of A: the axis that groups run along. */
  readonly k: number;
  /** Bytes of the values, which come first. */
  readonly valueBytes: number;
  /** Start of the metadata: tiles of 64 × 128, 1024 bytes each, `"wgmma-sm90"` of `encodeMetadata24`. */
  readonly metadataOffset: number;
  /** Bytes of the metadata. */
  readonly metadataBytes: number;
  /** Bytes in all. */
  readonly bytes: number;
}

/**
 * Layout of a packed matrix: bf16 values, row-major [rows, cols / 2] (`"cols"`) or [rows / 2, cols] (`"rows"`), then
 * the metadata tiles. Nothing is transposed in memory, so that packing reads and writes whole lines.
 *
 * @throws {TypeError} when the grouped axis is not a multiple of 4
 */
export function packedLayout(rows: number, cols: number, axis: "rows" | "cols"): PackedLayout {
  checkPackedShape(rows, cols, axis);
  const [m, k] = axis === "cols" ? [rows, cols] : [cols, rows];
  const valueBytes = m * k; // k / 2 values of two bytes in each of m rows
  const metadataOffset = Math.ceil(valueBytes / 1024) * 1024;
  const metadataBytes = Math.ceil(m / 64) * Math.ceil(k / 128) * 1024;
  return { m, k, valueBytes, metadataOffset, metadataBytes, bytes: metadataOffset + metadataBytes };
}
