import { filledRows, walkGroups } from "./_groups.ts";
import { mix32 } from "./_mix32.ts";
import type { GroupAxisOptions, MatrixShape } from "./matrix_shape.ts";

/** Options of {@linkcode selectUnbiased24}. */
export interface SelectUnbiased24Options extends GroupAxisOptions {
  /** Of the random numbers: a whole number, taken modulo 2^32. {@linkcode hash32} makes one of several counters. */
  readonly seed: number;
}

/** Whether the first of a pair is kept; `draw` is a hash. */
function keepsFirst(first: number, second: number, draw: number): boolean {
  if (second === 0) return true;
  const uniform = (draw >>> 8) / 0x1000000;
  return Math.fround(uniform * Math.fround(first + second)) < first;
}

/**
 * Unbiased selection to 2:4: of each pair (a, b) of consecutive elements along `axis` one is kept, a with probability
 * |a| / (|a| + |b|), and sign(kept) · (|a| + |b|) takes its place; the other becomes 0. The mean over seeds is the input, and
 * no unbiased choice of one of a pair has less variance: |a| · |b| for both (Chmiel et al. 2022, "Minimum Variance
 * Unbiased N:M Sparsity for the Neural Gradients"). Groups of four are two pairs, so at most two of four are not zero.
 *
 * Every device computes the same bits, in float32: s = |a| + |b|, rounded; u = (h >> 8) · 2^-24 with
 * h = `hash32([seed, pair, line])`, exact; a is kept when b is zero or u · s, rounded, is less than |a|. `pair` is the
 * index of the pair along `axis`, `line` the index along the other axis.
 *
 * A pair of zeros becomes +0 twice. What is not finite shows: with a zero beside it in its own place, else in that of
 * the second.
 *
 * @param values Dense matrix, row-major, `rows * cols` elements. Not changed.
 * @param shape Size of the matrix; the grouped axis must be a multiple of 4.
 * @param options Seed, and the axis that pairs and groups run along, default `"cols"`.
 * @returns A new dense matrix of the same size with at most two non-zeros in every group.
 * @throws {TypeError} If the length is not `rows * cols` or the grouped axis is not a multiple of 4.
 * @throws {RangeError} If a size or option is not valid.
 *
 * @example Which one is kept depends on the seed, what the pair sums up to does not
 * ```ts
 * import { selectUnbiased24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.of(3, 1, 0, -5);
 * assertEquals(selectUnbiased24(values, { rows: 1, cols: 4 }, { seed: 1 }), Float32Array.of(4, 0, 0, -5));
 * assertEquals(selectUnbiased24(values, { rows: 1, cols: 4 }, { seed: 5 }), Float32Array.of(0, 4, 0, -5));
 * ```
 */
export function selectUnbiased24(
  values: Float32Array,
  shape: MatrixShape,
  { seed, axis = "cols" }: SelectUnbiased24Options,
): Float32Array {
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`Cannot select as seed must be a whole number: current value is ${seed}`);
  }
  const { step } = walkGroups("select", "values", values, ["Float32Array"], shape, axis);
  const rows = filledRows(shape);
  const [lines, pairs] = axis === "cols" ? [rows, shape.cols / 2] : [shape.cols, rows / 2];
  const lineStride = axis === "cols" ? shape.cols : 1;
  const result = new Float32Array(values.length);
  const start = mix32(seed);
  for (let pair = 0; pair < pairs && lines > 0; pair++) {
    const state = mix32(start ^ pair);
    for (let line = 0; line < lines; line++) {
      const i = line * lineStride + 2 * pair * step;
      const first = values[i] ?? NaN;
      const second = values[i + step] ?? NaN;
      const keepFirst = keepsFirst(Math.abs(first), Math.abs(second), mix32(state ^ line));
      const sum = Math.abs(first) + Math.abs(second);
      if (keepFirst) result[i] = first < 0 ? -sum : sum;
      else result[i + step] = second < 0 ? -sum : sum;
    }
  }
  return result;
}
