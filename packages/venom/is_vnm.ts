import { checkArray } from "@beyond24/sparse24/check";
import { checkFormat, filledRows, groupsOf, widthOf } from "./_check.ts";
import type { VnmFormat } from "./vnm_format.ts";

/**
 * Whether a mask (or a matrix) is V:N:M: every block of `v` rows and `m` columns uses at most four columns, and every
 * row of a block at most two elements. Pass a `Float32Array` to ask the same of the non-zeros of a matrix; NaN counts
 * as non-zero, -0 as zero.
 *
 * @param mask Row-major, `rows * cols` elements.
 * @param format Size and format.
 * @returns `true` when the mask fits the format.
 * @throws {TypeError} If the array is of another type, the length is not `rows * cols`, or `rows` is not a multiple of
 * `v`.
 * @throws {RangeError} If a number of the format is not valid.
 *
 * @example Five columns are too many
 * ```ts
 * import { isVnm } from "@beyond24/venom";
 * import { assertEquals } from "@std/assert";
 *
 * const mask = Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1);
 * assertEquals(isVnm(mask, { rows: 3, cols: 5, v: 3, n: 2, m: 5 }), false);
 * assertEquals(isVnm(mask, { rows: 3, cols: 5, v: 1, n: 2, m: 5 }), true);
 * ```
 */
export function isVnm(mask: Uint8Array | Float32Array, format: VnmFormat): boolean {
  checkFormat("check for V:N:M", format);
  const { rows, cols, v, m } = format;
  checkArray("check for V:N:M", "mask", mask, ["Uint8Array", "Float32Array"], rows * cols);
  const groups = groupsOf(format);
  const used = new Uint8Array(m);
  for (let row = 0; row < filledRows(format); row += v) {
    for (let group = 0; group < groups; group++) {
      const width = widthOf(format, group);
      used.fill(0);
      for (let r = row; r < row + v; r++) {
        const start = r * cols + group * m;
        let kept = 0;
        for (let c = 0; c < width; c++) {
          if (mask[start + c] === 0) continue;
          used[c] = 1;
          kept++;
        }
        if (kept > 2) return false;
      }
      let columns = 0;
      for (let c = 0; c < width; c++) columns += used[c] ?? 0;
      if (columns > 4) return false;
    }
  }
  return true;
}
