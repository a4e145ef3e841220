import type { Tensor } from "@beyond24/device";
import { integers } from "./_host_storage.ts";

/** The sorted rows of one expert. */
export interface ExpertSegment {
  readonly expert: number;
  readonly start: number;
  readonly end: number;
}

/** The segments that `offsets` (i32 [E + 1]) describes, also the empty ones. */
export function expertSegments(offsets: Tensor): ExpertSegment[] {
  const bounds = integers(offsets);
  return Array.from(bounds.subarray(1), (end, expert) => ({ expert, start: bounds[expert] ?? 0, end }));
}

/** Rows that hold tokens or padding: `offsets[E]`, or all of them when the rows are not sorted tokens. */
export function usedRows(rows: number, offsets: Tensor | undefined): number {
  return offsets === undefined ? rows : integers(offsets).at(-1) ?? 0;
}
