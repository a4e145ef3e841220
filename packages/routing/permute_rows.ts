import { checkInteger, checkKind, checkMatrix } from "./_check.ts";

/** Throws unless every row occurs once. */
function checkPermutation(order: Int32Array, action: string): void {
  checkKind(order, "Int32Array", "order", action);
  const seen = new Uint8Array(order.length);
  for (const row of order) {
    if (row < 0 || row >= order.length || seen[row] === 1) {
      throw new RangeError(
        `Cannot ${action} as order must hold each of ${order.length} rows once: current value is ${row}`,
      );
    }
    seen[row] = 1;
  }
}

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
 * @throws {TypeError} If an array is of another type, or `values` does not fit its shape
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
  checkPermutation(order, "permute rows");
  checkMatrix(values, order.length, cols, "values", "permute rows");
  const permuted = new Float32Array(values.length);
  order.forEach((source, target) => permuted.set(values.subarray(source * cols, (source + 1) * cols), target * cols));
  return permuted;
}

/**
 * The permutation that undoes another: `inverse[order[i]] = i`.
 *
 * @param order A permutation
 * @returns Its inverse
 * @throws {RangeError} If `order` is not a permutation
 * @throws {TypeError} If `order` is no `Int32Array`
 *
 * @example Undo an order
 * ```ts
 * import { invertPermutation } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(invertPermutation(Int32Array.of(2, 0, 1)), Int32Array.of(1, 2, 0));
 * ```
 */
export function invertPermutation(order: Int32Array): Int32Array<ArrayBuffer> {
  checkPermutation(order, "invert permutation");
  const inverse = new Int32Array(order.length);
  order.forEach((source, target) => inverse[source] = target);
  return inverse;
}
