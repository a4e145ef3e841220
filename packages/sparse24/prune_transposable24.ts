import { checkGroupedMatrix, filledRows } from "./_groups.ts";
import { pruneTileExact } from "./_prune_tile_exact.ts";
import { pruneTileGreedy } from "./_prune_tile_greedy.ts";
import { checkMultiple } from "./check.ts";
import type { MatrixShape } from "./matrix_shape.ts";

/** Options of {@linkcode pruneTransposable24}. */
export interface PruneTransposable24Options {
  /** How the pattern of each 4 x 4 tile is found. */
  readonly algorithm: "greedy" | "exact";
}

/**
 * Pruning mask that is 2:4 along rows **and** along columns, so one mask serves a matrix and its transpose.
 *
 * - `"exact"`: in each 4 x 4 tile the pattern with the largest sum of magnitudes among the 90 that keep two in every
 *   row
 *   and column. Sums are float64, row by row from the top, each row its two elements first. Ties go to the first
 *   pattern in this order: the choices of a row are (0,1), (0,2), (0,3), (1,2), (1,3), (2,3), row 0 varies slowest.
 *   Infinity counts as 2^130 and NaN as 2^150, so both are kept when the pattern allows.
 * - `"greedy"`: takes the 16 elements of a tile in descending magnitude (ties: lowest row, then lowest column) and
 *   keeps
 *   an element when its row and its column have fewer than two. May end with fewer than eight kept.
 *
 * @param values Dense matrix, row-major, `rows * cols` elements.
 * @param shape Size of the matrix; both sides must be multiples of 4.
 * @param options The algorithm.
 * @returns Mask of the same length: 1 = kept, 0 = dropped.
 * @throws {TypeError} If the array is of another type, the length is not `rows * cols`, or a side is not a multiple of
 * 4.
 * @throws {RangeError} If a size or the algorithm's name is not valid.
 *
 * @example The heavy tile corner cannot be kept whole
 * ```ts
 * import { is24, pruneTransposable24 } from "@beyond24/sparse24";
 * import { assert } from "@std/assert";
 *
 * const values = Float32Array.from({ length: 16 }, (_, i) => 16 - i);
 * const shape = { rows: 4, cols: 4 };
 * const mask = pruneTransposable24(values, shape, { algorithm: "exact" });
 * assert(is24(mask, shape) && is24(mask, shape, { axis: "rows" }));
 * ```
 */
export function pruneTransposable24(
  values: Float32Array,
  shape: MatrixShape,
  options: PruneTransposable24Options,
): Uint8Array {
  checkGroupedMatrix("prune", "values", values, ["Float32Array"], shape);
  checkMultiple("prune", "rows", shape.rows, 4);
  const { algorithm } = options;
  if (algorithm !== "exact" && algorithm !== "greedy") {
    throw new RangeError(`Cannot prune as algorithm must be "exact" or "greedy": current value is ${algorithm}`);
  }
  const pruneTile = algorithm === "exact" ? pruneTileExact : pruneTileGreedy;
  const tile = new Float32Array(16);
  const mask = new Uint8Array(values.length);
  for (let row = 0; row < filledRows(shape); row += 4) {
    for (let col = 0; col < shape.cols; col += 4) {
      const start = row * shape.cols + col;
      for (let i = 0; i < 16; i++) tile[i] = values[start + (i >> 2) * shape.cols + (i & 3)] ?? 0;
      const keep = pruneTile(tile);
      for (let i = 0; i < 16; i++) mask[start + (i >> 2) * shape.cols + (i & 3)] = (keep >> i) & 1;
    }
  }
  return mask;
}
