import { checkInteger, checkLength } from "./_check.ts";
import { checkPermutation } from "./_check_permutation.ts";

/**
 * Puts rows into another order: row `i` of the result is row `order[i]` of the values.
 *
 * With the order of {@linkcode clusterNeurons} on `wIn`, `wOut` and their optimizer moments each cluster becomes a
 * contiguous range of rows, and the network computes the same function.
 *
 * @param values Matrix [order.length, cols]
 * @param order Permutation of the rows
 * @param cols Columns of the matrix
 * @returns A new matrix of the same shape
 * @throws {RangeError} If `order` is not a permutation or `cols` is not an integer >= 1
 * @throws {TypeError} If `values` does not fit its shape
 *
 * @example Swap two rows
 * ```ts
 * import { permuteRows } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(permuteRows(Float32Array.of(1, 2, 3, 4), Int32Array.of(1, 0), 2), Float32Array.of(3, 4, 1, 2));
 * ```
 */
export function permuteRows(values: Float32Array, order: Int32Array, cols: number): Float32Array<ArrayBuffer> {
  checkInteger(cols, "cols", 1, "permute rows");
  checkLength(values.length, order.length, cols, "values", "permute rows");
  checkPermutation(order, "permute rows");
  const permuted = new Float32Array(values.length);
  order.forEach((source, target) => permuted.set(values.subarray(source * cols, (source + 1) * cols), target * cols));
  return permuted;
}
