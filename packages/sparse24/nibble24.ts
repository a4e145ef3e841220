/** The rule as torch writes it, in the bits m0..m3 of the mask. */
function completedNibble(mask: number): number {
  const m0 = (mask & 1) !== 0;
  const m1 = (mask & 2) !== 0;
  const m3 = (mask & 8) !== 0;
  return (!m0 && m1 ? 1 : 0) |
    (!m0 && !m1 ? 2 : 0) |
    ((m0 && m1) || (!m0 && !m1) || m3 ? 4 : 0) |
    ((!m0 && m1) || !m1 ? 8 : 0);
}

const NIBBLES = Uint8Array.from({ length: 16 }, (_, mask) => completedNibble(mask));

/**
 * The 2:4 metadata nibble of one group of four: low two bits the index of the first kept element, high two bits the
 * index of the second, always increasing.
 *
 * Masks with other than two bits get the completion that torch uses today (the one completion rule of beyond24): with
 * fewer than two bits every kept element stays and free ones join it (`0000` and `0001` keep elements 2 and 3, `1000`
 * keeps 0 and 2, `0100` keeps 1 and 2, `0010` keeps 2 and 3; masks written element 0 first). With three or four bits,
 * which no function of this package produces, torch keeps 0 and 1 when both are set, otherwise the first and element 3.
 *
 * @param mask Keep mask of the group, bit i = element i, 0..15.
 * @returns The nibble: one of 0x4, 0x8, 0x9, 0xC, 0xD, 0xE.
 * @throws {RangeError} If `mask` is not an integer from 0 to 15.
 *
 * @example Two kept elements, and an empty group
 * ```ts
 * import { nibble24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nibble24(0b1010), 1 | (3 << 2)); // elements 1 and 3
 * assertEquals(nibble24(0b0000), 2 | (3 << 2)); // completed with elements 2 and 3
 * ```
 */
export function nibble24(mask: number): number {
  const nibble = NIBBLES[mask];
  if (nibble === undefined) {
    throw new RangeError(`Cannot encode a group of four as its mask must lie in 0..15: current value is ${mask}`);
  }
  return nibble;
}
