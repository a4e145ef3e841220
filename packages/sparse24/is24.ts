import { walkGroups } from "./_groups.ts";
import type { GroupAxisOptions, MatrixShape } from "./matrix_shape.ts";

/**
 * Whether a mask (or a matrix) is 2:4: at most two non-zero elements in every group of four. Pass a `Float32Array` to
 * ask the same of the non-zeros of a matrix; NaN counts as non-zero, -0 as zero.
 *
 * @param mask Row-major, `rows * cols` elements.
 * @param shape Size of the matrix; the grouped axis must be a multiple of 4.
 * @param options The axis that groups run along, default `"cols"`.
 * @returns `true` when no group has more than two.
 * @throws {TypeError} If the array is of another type, the length is not `rows * cols`, or the grouped axis is not a
 * multiple of 4.
 * @throws {RangeError} If a size or option is not valid.
 *
 * @example Three of four are too many
 * ```ts
 * import { is24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(is24(Uint8Array.of(1, 0, 0, 1), { rows: 1, cols: 4 }), true);
 * assertEquals(is24(Uint8Array.of(1, 0, 1, 1), { rows: 1, cols: 4 }), false);
 * ```
 */
export function is24(mask: Uint8Array | Float32Array, shape: MatrixShape, options: GroupAxisOptions = {}): boolean {
  const walk = walkGroups("check for 2:4", "mask", mask, ["Uint8Array", "Float32Array"], shape, options.axis ?? "cols");
  const { outer, inner, outerStride, innerStride, step } = walk;
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const i0 = i * outerStride + j * innerStride;
      const kept = (mask[i0] !== 0 ? 1 : 0) + (mask[i0 + step] !== 0 ? 1 : 0) + (mask[i0 + 2 * step] !== 0 ? 1 : 0) +
        (mask[i0 + 3 * step] !== 0 ? 1 : 0);
      if (kept > 2) return false;
    }
  }
  return true;
}
