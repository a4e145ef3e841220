import type { SoftThreshold24Arguments } from "@beyond24/device";
import { softThreshold24 as threshold } from "@beyond24/sparse24";
import { countFlips } from "./_count_flips.ts";
import { packedStorage, storePacked } from "./_packed_storage.ts";
import { roundedCopy, selection24 } from "./_selection.ts";

/** packed = scale · S24(weights), and the mask bits that changed. */
export function softThreshold24({ weights, packed, scale = 1, flips }: SoftThreshold24Arguments): void {
  const { rows, cols, axis } = packed;
  const values = threshold(roundedCopy(weights, undefined, packedStorage(packed).dtype), { rows, cols }, { axis });
  const mask = selection24(values, rows, cols, axis);
  countFlips(packed, flips, () => storePacked(packed, values.map((value) => value * scale), mask));
}
