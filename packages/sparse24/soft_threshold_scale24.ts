import type { GroupAxisOptions, MatrixShape } from "./matrix_shape.ts";
import { softThreshold24 } from "./soft_threshold24.ts";

/**
 * The scale beta that brings soft-thresholded weights back to the size of the dense ones, in the least-squares sense:
 * `beta = dot(w, S(w)) / dot(S(w), S(w))` for the whole tensor, with S = {@linkcode softThreshold24}. It is always >= 1.
 *
 * Compute it **once**, right after the weights are initialised, store it with them and never update it (S-STE, arXiv
 * 2409.09099: the "frozen" scale). Sums are accumulated in float64, in memory order.
 *
 * @param values Dense matrix w, row-major, `rows * cols` elements.
 * @param shape Size of the matrix; the grouped axis must be a multiple of 4.
 * @param options The axis that groups run along, default `"cols"`.
 * @returns beta.
 * @throws {TypeError} If the length is not `rows * cols` or the grouped axis is not a multiple of 4.
 * @throws {RangeError} If a size or option is not valid, or S(w) is all zero, for which beta is not defined.
 *
 * @example One group
 * ```ts
 * import { softThresholdScale24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * // S(w) = [2, 0, 1, 0]; dot(w, S) = 2 * 3 + 1 * 2; dot(S, S) = 5
 * assertEquals(softThresholdScale24(Float32Array.of(3, 1, 2, 0), { rows: 1, cols: 4 }), 8 / 5);
 * ```
 */
export function softThresholdScale24(values: Float32Array, shape: MatrixShape, options: GroupAxisOptions = {}): number {
  const sparse = softThreshold24(values, shape, options);
  let denseDot = 0;
  let sparseDot = 0;
  for (let i = 0; i < sparse.length; i++) {
    const s = sparse[i] ?? 0;
    // Skipped, not multiplied: a dropped infinity times zero would be NaN.
    if (s === 0) continue;
    denseDot += (values[i] ?? 0) * s;
    sparseDot += s * s;
  }
  if (sparseDot === 0) {
    throw new RangeError(
      "Cannot compute the soft-threshold scale as at least one thresholded value must be non-zero: " +
        `current value is 0 for all ${values.length} (initialise the weights first)`,
    );
  }
  return denseDot / sparseDot;
}
