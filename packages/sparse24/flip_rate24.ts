import { checkArray } from "./check.ts";

/**
 * Flip rate of two masks of the same tensor: the fraction of mask bits that changed. A measure of how unsettled the
 * sparsity pattern still is between two training steps.
 *
 * @param before Mask of 0 and 1 at the earlier step.
 * @param after Mask of 0 and 1 at the later step, same length.
 * @returns A fraction from 0 to 1; 0 for empty masks.
 * @throws {TypeError} If the lengths differ or an array is of another type.
 *
 * @example Two of four bits changed
 * ```ts
 * import { flipRate24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(flipRate24(Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1, 0, 1, 0)), 0.5);
 * ```
 */
export function flipRate24(before: Uint8Array, after: Uint8Array): number {
  checkArray("compare masks", "before", before, ["Uint8Array"]);
  checkArray("compare masks", "after", after, ["Uint8Array"]);
  if (before.length !== after.length) {
    throw new TypeError(
      `Cannot compare masks as their lengths must be equal: current value is ${before.length} and ${after.length}`,
    );
  }
  let flips = 0;
  for (let i = 0; i < before.length; i++) flips += (before[i] !== 0) === (after[i] !== 0) ? 0 : 1;
  return before.length === 0 ? 0 : flips / before.length;
}
