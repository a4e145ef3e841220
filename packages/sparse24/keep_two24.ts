/**
 * Which two of four keys are the largest, as a 4-bit mask (bit i set: element i is kept). Equal keys are taken lowest
 * index first: the one tie rule of beyond24. Always exactly two bits.
 *
 * Branch-free: every pair is compared once, and an element is kept when fewer than two others beat it. The keys must
 * be comparable with `<`, so NaN is not allowed (map it to a number first).
 *
 * @param key0 Sort key of element 0.
 * @param key1 Sort key of element 1.
 * @param key2 Sort key of element 2.
 * @param key3 Sort key of element 3.
 * @returns One of 0b0011, 0b0101, 0b1001, 0b0110, 0b1010, 0b1100.
 *
 * @example Largest two, ties to the lowest index
 * ```ts
 * import { keepTwo24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(keepTwo24(1, 9, 3, 7), 0b1010);
 * assertEquals(keepTwo24(5, 5, 5, 5), 0b0011);
 * ```
 */
export function keepTwo24(key0: number, key1: number, key2: number, key3: number): number {
  const beaten01 = key0 < key1 ? 1 : 0;
  const beaten02 = key0 < key2 ? 1 : 0;
  const beaten03 = key0 < key3 ? 1 : 0;
  const beaten12 = key1 < key2 ? 1 : 0;
  const beaten13 = key1 < key3 ? 1 : 0;
  const beaten23 = key2 < key3 ? 1 : 0;
  return (beaten01 + beaten02 + beaten03 < 2 ? 1 : 0) |
    (1 - beaten01 + beaten12 + beaten13 < 2 ? 2 : 0) |
    (2 - beaten02 - beaten12 + beaten23 < 2 ? 4 : 0) |
    (3 - beaten03 - beaten13 - beaten23 < 2 ? 8 : 0);
}
