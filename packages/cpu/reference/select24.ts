import type { Select24Arguments } from "@beyond24/device";
import { packedStorage, storePacked } from "./_packed_storage.ts";
import { roundedCopy, selection24 } from "./_selection.ts";

/** packed = the two largest magnitudes of every group. */
export function select24({ x, packed, offsets }: Select24Arguments): void {
  const { rows, cols, axis } = packed;
  const values = roundedCopy(x, offsets, packedStorage(packed).dtype);
  storePacked(packed, values, selection24(values, rows, cols, axis));
}
