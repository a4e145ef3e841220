import type { PackedMatrix24 } from "@beyond24/device";
import { pack24, type Packed24 } from "@beyond24/sparse24";

/**
 * The canonical form of a packed matrix of this device. Kept is what is not +0: a kept zero is stored as -0 (see
 * `kernels/squared_relu_backward_select24.as`).
 *
 * @param packed The matrix.
 * @param dense Its memory, row-major.
 */
export function canonical24({ rows, cols, axis }: PackedMatrix24, dense: Float32Array): Packed24 {
  const [outer, inner] = axis === "cols" ? [rows, cols] : [cols, rows];
  const values = new Float32Array(rows * cols);
  const mask = new Uint8Array(rows * cols);
  for (let i = 0; i < outer; i++) {
    let kept = 0;
    for (let j = 0; j < inner; j++) {
      if (j % 4 === 0) kept = 0;
      const value = dense[axis === "cols" ? i * cols + j : j * cols + i] ?? NaN;
      values[i * inner + j] = value + 0;
      // Rows that nobody has written may hold anything; what is read must be 2:4 even so.
      if (Object.is(value, 0) || kept === 2) continue;
      mask[i * inner + j] = 1;
      kept++;
    }
  }
  return pack24(values, { rows: outer, cols: inner }, mask);
}
