/**
 * Number of canonical metadata words in one row: `ceil(cols / 16)`.
 *
 * @param cols Columns of the dense matrix.
 * @returns Words of 16 bits.
 *
 * @example Five groups need two words
 * ```ts
 * import { metadataWords24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(metadataWords24(20), 2);
 * ```
 */
export function metadataWords24(cols: number): number {
  return Math.ceil(cols / 16);
}
