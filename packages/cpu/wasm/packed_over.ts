import { checkPackedShape, type PackedMatrix24 } from "@beyond24/device";
import type { CpuStorage } from "./cpu_storage.ts";

/**
 * A packed matrix: here the dense matrix with zeros, 4 bytes an element.
 *
 * @throws {TypeError} when the grouped axis is not made of whole groups
 */
export function packedOver(
  rows: number,
  cols: number,
  axis: "rows" | "cols",
  take: (bytes: number) => CpuStorage,
): PackedMatrix24 {
  checkPackedShape(rows, cols, axis);
  return { format: "2:4", rows, cols, axis, dtype: "f32", storage: take(4 * rows * cols) };
}
