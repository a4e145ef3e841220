import type { PackedMatrix24 } from "@beyond24/device";
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
  const extent = axis === "rows" ? rows : cols;
  if (extent % 4 !== 0) {
    throw new TypeError(
      `Cannot allocate a packed matrix as its ${axis} must be a multiple of 4: current value is [${rows}, ${cols}]`,
    );
  }
  return { format: "2:4", rows, cols, axis, storage: take(4 * rows * cols) };
}
