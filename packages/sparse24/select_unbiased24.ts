import { filledRows, walkGroups } from "./_groups.ts";
import { mix32 } from "./_mix32.ts";
import { floatBits, magnitudeKey } from "./_sort_key.ts";
import type { GroupAxisOptions, MatrixShape } from "./matrix_shape.ts";

/** Options of {@linkcode selectUnbiased24}. */
export interface SelectUnbiased24Options extends GroupAxisOptions {
  /** Of the random numbers: a whole number, taken modulo 2^32. {@linkcode hash32} makes one of several counters. */
  readonly seed: number;
}

/** The largest float32 below a positive one; NaN below zero. */
function below(value: number): number {
  const result = Float32Array.of(value);
  const bits = floatBits(result);
  bits[0] = (bits[0] ?? 0) - 1;
  return result[0] ?? NaN;
}

/** Four places: the largest last, in front of it those that lost to another, pair by pair and then in the final. */
function tournament(group: Float32Array): readonly [number, number, number, number] {
  const keys = floatBits(group).map(magnitudeKey);
  const play = (a: number, b: number): [number, number] => (keys[a] ?? 0) < (keys[b] ?? 0) ? [a, b] : [b, a];
  const [first, upper] = play(0, 1);
  const [second, lower] = play(2, 3);
  return [first, second, ...play(upper, lower)];
}

/** Two of four by systematic sampling, in place; `uniform` is in [0, 1). */
function selectTwo(group: Float32Array, uniform: number): void {
  const [first, second, third, largest] = tournament(group);
  const size = (place: number) => Math.abs(group[place] ?? NaN);
  const most = size(largest);
  const ofTwo = Math.fround(size(first) + size(second));
  const rest = Math.fround(ofTwo + size(third));
  const half = Math.fround(Math.fround(most + rest) / 2);
  const share = half < rest ? half : rest;
  const drawn = Math.fround(rest - Math.fround(uniform * share));
  const mark = drawn < rest ? drawn : below(rest);
  const isLate = mark > share;
  const keepsFirst = size(first) > (isLate ? Math.fround(mark - share) : mark);
  const keepsThird = !(ofTwo > mark);
  const keepsSecond = isLate === (keepsFirst !== keepsThird);
  const kept = [[first, keepsFirst], [second, keepsSecond], [third, keepsThird], [largest, !isLate]] as const;
  for (const [place, isKept] of kept) {
    const value = group[place] ?? NaN;
    const stored = isKept ? Math.max(size(place), share) : 0;
    group[place] = stored > 0 && value < 0 ? -stored : stored;
  }
}

/**
 * Unbiased selection to 2:4: of each group of four along `axis` two are kept, each with a probability that grows with
 * its magnitude and with a value that makes its mean over seeds the input. With M the largest magnitude and R the sum
 * of the three others:
 *
 * - M ≥ R: the largest stays as it is. One of the others is kept, x with probability |x| / R, and becomes sign(x) · R.
 *   So what has at most two that are not zero stays as it is.
 * - M < R: with h = (M + R) / 2, each is kept with probability |x| / h and becomes sign(x) · h.
 *
 * No unbiased choice of two of four has a smaller sum of variances (Chmiel et al. 2022, "Minimum Variance Unbiased N:M
 * Sparsity for the Neural Gradients"). That of x is |x| · (T - |x|), T being R or h, and 0 of a largest that stays.
 * Both are drawn with one random number (systematic sampling, Madow 1949): magnitudes are laid end to end, the largest
 * first, and two marks, T apart, lie somewhere on them.
 *
 * Every device computes the same bits, in float32, each step rounded. A tournament finds the largest: places 0 and 1
 * meet, then 2 and 3, then the larger ones; the lower place wins a tie, NaN wins against infinity. C_1, C_2 and C_3 = R
 * are the running sums of the losers in the order of these three. T = min(R, (M + R) / 2). u = (d >> 8) · 2^-24 with d
 * = `hash32([seed, group, line])`, exact, `group` the index of the group along `axis`, `line` the index along the other
 * axis. The mark is s = R - u · T, or the largest number below R where that is not less than R. Kept are the first
 * loser with C_i > s, and the largest if s ≤ T, else the first loser with C_i > s - T; x becomes sign(x) · max(|x|, T).
 *
 * These are two, and not zero, whatever is rounded: C_3 > s; and s > T only where M ≤ T < R ≤ 2 T, so that s - T is
 * exact, and a loser behind a sum of at most s - T ends at a sum of at most s.
 *
 * Four zeros become +0. What is not finite shows, as the largest or as T: where T is infinite s is the largest finite
 * number, and where it is NaN it takes the place of the last loser and of the largest.
 *
 * @param values Dense matrix, row-major, `rows * cols` elements. Not changed.
 * @param shape Size of the matrix; the grouped axis must be a multiple of 4.
 * @param options Seed, and the axis that groups run along, default `"cols"`.
 * @returns A new dense matrix of the same size with at most two non-zeros in every group.
 * @throws {TypeError} If the length is not `rows * cols` or the grouped axis is not a multiple of 4.
 * @throws {RangeError} If a size or option is not valid.
 *
 * @example Which two are kept depends on the seed, except where two hold everything
 * ```ts
 * import { selectUnbiased24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.of(8, 1, -2, 1, 0, -5, 0, 3);
 * const select = (seed: number) => selectUnbiased24(values, { rows: 1, cols: 8 }, { seed });
 * assertEquals(select(0), Float32Array.of(8, 0, -4, 0, 0, -5, 0, 3));
 * assertEquals(select(5), Float32Array.of(8, 4, 0, 0, 0, -5, 0, 3));
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
  const [lines, groups] = axis === "cols" ? [rows, shape.cols / 4] : [shape.cols, rows / 4];
  const lineStride = axis === "cols" ? shape.cols : 1;
  const result = new Float32Array(values.length);
  const start = mix32(seed);
  for (let group = 0; group < groups && lines > 0; group++) {
    const state = mix32(start ^ group);
    for (let line = 0; line < lines; line++) {
      const first = line * lineStride + 4 * group * step;
      const four = Float32Array.from({ length: 4 }, (_, i) => values[first + i * step] ?? NaN);
      selectTwo(four, (mix32(state ^ line) >>> 8) / 0x1000000);
      for (const [i, value] of four.entries()) result[first + i * step] = value;
    }
  }
  return result;
}
