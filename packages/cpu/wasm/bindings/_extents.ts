import type { Operand, Tensor } from "@beyond24/device";
import { elementCount, isPacked24 } from "@beyond24/device";

/** Rows and columns of a matrix. */
export function extents(operand: Operand): { rows: number; cols: number } {
  if (isPacked24(operand)) return operand;
  const [rows = 1, ...rest] = operand.shape;
  return { rows, cols: elementCount(rest) };
}

/** Number of experts that `offsets` (i32 [E + 1]) has segments for. */
export function expertCount(offsets: Tensor): number {
  return elementCount(offsets.shape) - 1;
}

/** Address of the last word of `offsets`, where the number of sorted rows stands. */
export function endAddress(address: number, offsets: Tensor): number {
  return address + 4 * expertCount(offsets);
}
