import { keepTwo24 } from "@beyond24/sparse24";
import { checkArray } from "@beyond24/sparse24/check";
import { BlockSearch } from "./_block_search.ts";
import { checkFormat, groupsOf, widthOf } from "./_check.ts";
import type { VnmFormat } from "./vnm_format.ts";

/** Finite stand-ins: infinity and NaN lie above any finite value, yet sums of them still compare. */
function magnitude(value: number): number {
  const absolute = Math.abs(value);
  if (absolute < Infinity) return absolute;
  return absolute === Infinity ? 2 ** 130 : 2 ** 150;
}

/** Copies the block's magnitudes to column-major order. */
function loadBlock(
  values: Float32Array,
  start: number,
  cols: number,
  width: number,
  v: number,
  to: Float64Array,
): void {
  for (let r = 0; r < v; r++) {
    const row = start + r * cols;
    for (let c = 0; c < width; c++) to[c * v + r] = magnitude(values[row + c] ?? 0);
  }
}

/**
 * Sets the mask of one block: in each row the two largest of the four columns; columns beyond the width do not count.
 */
function keepRows(search: BlockSearch, width: number, mask: Uint8Array, start: number, format: VnmFormat): void {
  const { cols, v } = format;
  const [a = 0, b = 0, c = 0, d = 0] = search.best;
  const { magnitudes } = search;
  for (let r = 0; r < v; r++) {
    const row = start + r * cols;
    const keep = keepTwo24(
      magnitudes[a * v + r] ?? 0,
      b < width ? magnitudes[b * v + r] ?? 0 : -1,
      c < width ? magnitudes[c * v + r] ?? 0 : -1,
      d < width ? magnitudes[d * v + r] ?? 0 : -1,
    );
    if (keep & 1) mask[row + a] = 1;
    if (keep & 2 && b < width) mask[row + b] = 1;
    if (keep & 4 && c < width) mask[row + c] = 1;
    if (keep & 8 && d < width) mask[row + d] = 1;
  }
}

/**
 * V:N:M pruning mask by magnitude. Each block of `v` rows and `m` columns keeps the four columns whose rows' two
 * largest magnitudes have the largest sum, out of *all* quadruples of columns, and each row keeps those two (paper,
 * section 2.3; VENOM, arXiv 2310.02065).
 *
 * The search is exact, yet most quadruples are ruled out by a bound instead of being scored. Sums are float64, in row
 * order. Ties: the first quadruple in lexicographic order, and inside a row the lowest column. With `m = 4` the mask
 * equals `prune24`. Infinity counts as 2^130 and NaN as 2^150, so both are kept when the format allows.
 *
 * @param values Dense matrix, row-major, `rows * cols` elements.
 * @param format Size and format. A remainder group narrower than 4 keeps all its columns, at most two elements a row.
 * @returns Mask of the same length: 1 = kept, 0 = dropped. Each row keeps exactly two in every group wider than 1.
 * @throws {TypeError} If the array is of another type, the length is not `rows * cols`, or `rows` is not a multiple of
 * `v`.
 * @throws {RangeError} If a number of the format is not valid.
 *
 * @example Two rows share their columns
 * ```ts
 * import { pruneVnm } from "@beyond24/venom";
 * import { assertEquals } from "@std/assert";
 *
 * const format = { rows: 2, cols: 6, v: 2, n: 2, m: 6 };
 * const values = Float32Array.of(
 *   9, 0, 2, 0, 0, 8,
 *   0, 0, 7, 6, 1, 3,
 * );
 * assertEquals(pruneVnm(values, format), Uint8Array.of(
 *   1, 0, 0, 0, 0, 1,
 *   0, 0, 1, 1, 0, 0,
 * ));
 * ```
 */
export function pruneVnm(values: Float32Array, format: VnmFormat): Uint8Array {
  checkFormat("prune", format);
  const { rows, cols, v, m } = format;
  checkArray("prune", "values", values, ["Float32Array"], rows * cols);
  const groups = groupsOf(format);
  const mask = new Uint8Array(values.length);
  // Without elements no size is bounded by the array: there is nothing to search, and nothing to search in.
  if (mask.length === 0) return mask;
  // The narrow remainder group addresses four columns too.
  const search = new BlockSearch(v, Math.max(4, Math.min(m, cols)));
  for (let row = 0; row < rows; row += v) {
    for (let group = 0; group < groups; group++) {
      const start = row * cols + group * m;
      const width = widthOf(format, group);
      loadBlock(values, start, cols, width, v, search.magnitudes);
      if (width > 4) search.search(width);
      else search.best.set([0, 1, 2, 3]);
      keepRows(search, width, mask, start, format);
    }
  }
  return mask;
}
