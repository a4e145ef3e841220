import type { Operand, Segments } from "@beyond24/device";
import { elementCount, isPacked24 } from "@beyond24/device";
import type { Machine } from "../machine.ts";

/** Rows and columns of a matrix. */
export function extents(operand: Operand): { rows: number; cols: number } {
  if (isPacked24(operand)) return operand;
  const [rows = 1, ...rest] = operand.shape;
  return { rows, cols: elementCount(rest) };
}

/** Multiply-adds that take as long as to pass over so many elements. */
export function workOf(elements: number): number {
  return 8 * elements;
}

/** Number of experts that have segments. */
export function expertCount({ offsets }: Segments): number {
  return elementCount(offsets.shape) - 1;
}

/**
 * Address of the last of the offsets, where the number of sorted rows stands; 0 where the rows are not sorted tokens.
 */
export function endAddress(machine: Machine, segments: Segments | undefined): number {
  return segments === undefined ? 0 : machine.at(segments.offsets) + 4 * expertCount(segments);
}
