import { checkArray, checkMetadata, checkMultiple, checkWhole } from "@beyond24/sparse24/check";
import type { PackedVnm, VnmFormat } from "./vnm_format.ts";

/** Widest block: it bounds how much larger a matrix is than its packed form. */
const MOST_COLUMNS = 65_536;

/** Throws unless the format describes a V:2:M matrix of whole row blocks. */
export function checkFormat(verb: string, format: VnmFormat): void {
  checkWhole(verb, "rows", format?.rows, 0);
  checkWhole(verb, "cols", format.cols, 0);
  checkWhole(verb, "v", format.v, 1);
  checkWhole(verb, "m", format.m, 4, MOST_COLUMNS);
  if (format.n !== 2) throw new RangeError(`Cannot ${verb} as n must be 2: current value is ${format.n}`);
  checkMultiple(verb, "rows", format.rows, format.v);
}

/**
 * Rows that hold anything. A matrix may claim any number of empty rows; nothing visits them, so that work is bounded by
 * the arrays that were passed.
 */
export function filledRows({ rows, cols }: VnmFormat): number {
  return cols === 0 ? 0 : rows;
}

/** Groups of m columns in a row, the remainder group included. */
export function groupsOf(format: VnmFormat): number {
  return Math.ceil(format.cols / format.m);
}

/** Real columns of group `group`: m, or fewer in the remainder group. */
export function widthOf(format: VnmFormat, group: number): number {
  return Math.min(format.m, format.cols - group * format.m);
}

/** Throws unless the arrays of a packed matrix have the types and lengths that its format asks for. */
export function checkPacked(verb: string, packed: PackedVnm): void {
  checkFormat(verb, packed);
  const groups = groupsOf(packed);
  checkArray(verb, "values", packed.values, ["Float32Array"], packed.rows * 2 * groups);
  checkMetadata(verb, packed.metadata, packed.rows, groups);
  checkArray(verb, "columns", packed.columns, ["Uint32Array"], packed.rows / packed.v * groups * 4);
}

/** Throws if a value stands on a padding column: it would be lost. */
export function checkPadding(verb: string, value: number, row: number, group: number): void {
  if (value === 0) return;
  throw new SyntaxError(
    `Cannot ${verb} as padding columns must hold 0, in row ${row} of group ${group}: current value is ${value}`,
  );
}
