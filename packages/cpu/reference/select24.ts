import type { Select24Arguments } from "@beyond24/device";
import { countFlips } from "./_count_flips.ts";
import { packedStorage, storePacked } from "./_packed_storage.ts";
import { roundedCopy, selection24, storeUnbiased } from "./_selection.ts";

/** packed = the two largest magnitudes of every group, or two of every four rows without bias. */
export function select24({ x, packed, segments, unbiased, flips }: Select24Arguments): void {
  const { rows, cols, axis } = packed;
  const values = roundedCopy(x, segments, packedStorage(packed).dtype);
  if (unbiased) return storeUnbiased(packed, values, unbiased);
  countFlips(packed, flips, () => storePacked(packed, values, selection24(values, rows, cols, axis)));
}
