import { walkGroups } from "./_groups.ts";
import { floatBits, magnitudeKey } from "./_sort_key.ts";
import { keepTwo24 } from "./keep_two24.ts";
import type { GroupAxisOptions, MatrixShape } from "./matrix_shape.ts";

/** `value` moved towards zero by `threshold`; a zero result is +0. */
function shrink(value: number, threshold: number): number {
  const magnitude = Math.abs(value) - threshold;
  if (magnitude === 0) return 0;
  return value < 0 ? -magnitude : magnitude;
}

/**
 * Soft threshold to 2:4: in every group of four, t is the second smallest magnitude; the two largest elements a become
 * `sign(a) * (|a| - t)` and the two smallest become 0. Continuous in its input, unlike a pruning mask (paper, section
 * 2.2; S-STE, arXiv 2409.09099).
 *
 * The difference is rounded once to float32, so every device that subtracts in float32 gets the same bits. Elements
 * equal to t become 0, thus an all-equal group becomes all zero. Zeros in the result are +0. A NaN counts as the
 * largest magnitude and stays NaN; with three or more infinities in a group, infinity minus infinity gives NaN in the
 * kept two.
 *
 * @param values Dense matrix, row-major, `rows * cols` elements. Not changed.
 * @param shape Size of the matrix; the grouped axis must be a multiple of 4.
 * @param options The axis that groups run along, default `"cols"`.
 * @returns A new dense matrix of the same size with at most two non-zeros in every group.
 * @throws {TypeError} If the array is of another type, the length is not `rows * cols`, or the grouped axis is not a
 * multiple of 4.
 * @throws {RangeError} If a size or option is not valid.
 *
 * @example Groups along columns and along rows
 * ```ts
 * import { softThreshold24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.of(5, -1, -7, 2);
 * assertEquals(softThreshold24(values, { rows: 1, cols: 4 }), Float32Array.of(3, 0, -5, 0));
 * assertEquals(softThreshold24(values, { rows: 4, cols: 1 }, { axis: "rows" }), Float32Array.of(3, 0, -5, 0));
 * ```
 */
export function softThreshold24(
  values: Float32Array,
  shape: MatrixShape,
  options: GroupAxisOptions = {},
): Float32Array {
  const walk = walkGroups("soft-threshold", "values", values, ["Float32Array"], shape, options.axis ?? "cols");
  const { outer, inner, outerStride, innerStride, step } = walk;
  const bits = floatBits(values);
  const thresholdBits = new Int32Array(1);
  const threshold = new Float32Array(thresholdBits.buffer);
  const result = new Float32Array(values.length);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const i0 = i * outerStride + j * innerStride;
      const i1 = i0 + step;
      const i2 = i1 + step;
      const i3 = i2 + step;
      const k0 = magnitudeKey(bits[i0] ?? 0);
      const k1 = magnitudeKey(bits[i1] ?? 0);
      const k2 = magnitudeKey(bits[i2] ?? 0);
      const k3 = magnitudeKey(bits[i3] ?? 0);
      const keep = keepTwo24(k0, k1, k2, k3);
      // Second smallest of four; integer keys order like magnitudes and survive NaN, which Math.min would spread.
      thresholdBits[0] = Math.min(
        Math.max(Math.min(k0, k1), Math.min(k2, k3)),
        Math.min(Math.max(k0, k1), Math.max(k2, k3)),
      );
      const t = threshold[0] ?? 0;
      if (keep & 1) result[i0] = shrink(values[i0] ?? 0, t);
      if (keep & 2) result[i1] = shrink(values[i1] ?? 0, t);
      if (keep & 4) result[i2] = shrink(values[i2] ?? 0, t);
      if (keep & 8) result[i3] = shrink(values[i3] ?? 0, t);
    }
  }
  return result;
}

/**
 * The scale beta that brings soft-thresholded weights back to the size of the dense ones, in the least-squares sense:
 * `beta = dot(w, S(w)) / dot(S(w), S(w))` for the whole tensor, with S = {@linkcode softThreshold24}. It is always >=
 * 1.
 *
 * Compute it **once**, right after the weights are initialised, store it with them and never update it (S-STE, arXiv
 * 2409.09099: the "frozen" scale). Sums are accumulated in float64, in memory order.
 *
 * @param values Dense matrix w, row-major, `rows * cols` elements.
 * @param shape Size of the matrix; the grouped axis must be a multiple of 4.
 * @param options The axis that groups run along, default `"cols"`.
 * @returns beta.
 * @throws {TypeError} If the array is of another type, the length is not `rows * cols`, or the grouped axis is not a
 * multiple of 4.
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
