import { walkGroups } from "./_groups.ts";
import { floatBits, magnitudeKey, valueKey } from "./_sort_key.ts";
import { keepTwo24 } from "./keep_two24.ts";
import type { GroupAxisOptions, MatrixShape } from "./matrix_shape.ts";

/** Options of {@linkcode prune24}. */
export interface Prune24Options extends GroupAxisOptions {
  /** Keep the two largest magnitudes (`"magnitude"`, the default) or the two largest signed values (`"value"`). */
  readonly criterion?: "magnitude" | "value";
}

/**
 * 2:4 pruning mask: in every group of four keeps the two largest elements, always exactly two.
 *
 * Ties go to the lowest index, so an all-equal group (zeros included) keeps elements 0 and 1. -0 equals 0. NaN counts
 * as larger than infinity, so it is kept and shows in the result instead of vanishing.
 *
 * @param values Dense matrix, row-major, `rows * cols` elements.
 * @param shape Size of the matrix; the grouped axis must be a multiple of 4.
 * @param options Criterion and axis.
 * @returns Mask of the same length: 1 = kept, 0 = dropped.
 * @throws {TypeError} If the array is of another type, the length is not `rows * cols`, or the grouped axis is not a
 * multiple of 4.
 * @throws {RangeError} If a size or option is not valid.
 *
 * @example Magnitude and value
 * ```ts
 * import { prune24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.of(-4, 1, 3, 2);
 * const shape = { rows: 1, cols: 4 };
 * assertEquals(prune24(values, shape), Uint8Array.of(1, 0, 1, 0));
 * assertEquals(prune24(values, shape, { criterion: "value" }), Uint8Array.of(0, 0, 1, 1));
 * ```
 */
export function prune24(values: Float32Array, shape: MatrixShape, options: Prune24Options = {}): Uint8Array {
  const { axis = "cols", criterion = "magnitude" } = options;
  if (criterion !== "magnitude" && criterion !== "value") {
    throw new RangeError(`Cannot prune as criterion must be "magnitude" or "value": current value is ${criterion}`);
  }
  const walk = walkGroups("prune", "values", values, ["Float32Array"], shape, axis);
  const { outer, inner, outerStride, innerStride, step } = walk;
  const key = criterion === "magnitude" ? magnitudeKey : valueKey;
  const bits = floatBits(values);
  const mask = new Uint8Array(values.length);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const i0 = i * outerStride + j * innerStride;
      const i1 = i0 + step;
      const i2 = i1 + step;
      const i3 = i2 + step;
      const keep = keepTwo24(key(bits[i0] ?? 0), key(bits[i1] ?? 0), key(bits[i2] ?? 0), key(bits[i3] ?? 0));
      mask[i0] = keep & 1;
      mask[i1] = (keep >> 1) & 1;
      mask[i2] = (keep >> 2) & 1;
      mask[i3] = keep >> 3;
    }
  }
  return mask;
}
