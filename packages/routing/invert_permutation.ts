import { checkPermutation } from "./_check_permutation.ts";

/**
 * The permutation that undoes another: `inverse[order[i]] = i`.
 *
 * @param order A permutation
 * @returns Its inverse
 * @throws {RangeError} If `order` is not a permutation
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
