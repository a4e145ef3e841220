import type { SoftThreshold24Arguments } from "@beyond24/device";
import { softThreshold24 as threshold, unpackMask24 } from "@beyond24/sparse24";
import { integers } from "./_host_storage.ts";
import { packedStorage, storePacked } from "./_packed_storage.ts";
import { roundedCopy, selection24 } from "./_selection.ts";

/** packed = scale · S24(weights), and the mask bits that changed. */
export function softThreshold24({ weights, packed, scale = 1, flips }: SoftThreshold24Arguments): void {
  const { rows, cols, axis } = packed;
  const storage = packedStorage(packed);
  const before = flips && unpackMask24(storage);
  const values = threshold(roundedCopy(weights, undefined, storage.dtype), { rows, cols }, { axis });
  const mask = selection24(values, rows, cols, axis);
  storePacked(packed, values.map((value) => value * scale), mask);
  if (!flips || !before) return;
  const changed = unpackMask24(storage).reduce((count, bit, i) => count + (bit === before[i] ? 0 : 1), 0);
  const count = integers(flips);
  count[0] = (count[0] ?? 0) + changed;
}
