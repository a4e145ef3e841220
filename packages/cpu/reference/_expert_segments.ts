import type { Segments } from "@beyond24/device";
import { integers } from "./_host_storage.ts";

/** The sorted rows of one expert. */
export interface ExpertSegment {
  readonly expert: number;
  readonly start: number;
  readonly end: number;
}

/** The segments of all experts, also the empty ones. */
export function expertSegments({ offsets }: Segments): ExpertSegment[] {
  const bounds = integers(offsets);
  return Array.from(bounds.subarray(1), (end, expert) => ({ expert, start: bounds[expert] ?? 0, end }));
}

/**
 * Rows that hold tokens or padding: those before the end of the last segment, or all when they are not sorted tokens.
 */
export function usedRows(rows: number, segments: Segments | undefined): number {
  return segments === undefined ? rows : integers(segments.offsets).at(-1) ?? 0;
}
