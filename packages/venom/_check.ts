import type { PackedVnm } from "./packed_vnm.ts";
import type { VnmFormat } from "./vnm_format.ts";

function checkWhole(verb: string, name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`Cannot ${verb} as ${name} must be a whole number >= ${least}: current value is ${value}`);
}

/** Throws unless an array has the length that the format asks for. */
export function checkLength(verb: string, name: string, length: number, expected: number): void {
  if (length === expected) return;
  throw new TypeError(`Cannot ${verb} as the length of ${name} must be ${expected}: current value is ${length}`);
}

/** Throws unless `value` is a multiple of `divisor`. */
export function checkMultiple(verb: string, name: string, value: number, divisor: number): void {
  if (value % divisor === 0) return;
  throw new TypeError(`Cannot ${verb} as ${name} must be a multiple of ${divisor}: current value is ${value}`);
}

/** Throws unless the format describes a V:2:M matrix of whole row blocks. */
export function checkFormat(verb: string, format: VnmFormat): void {
  checkWhole(verb, "rows", format.rows, 0);
  checkWhole(verb, "cols", format.cols, 0);
  checkWhole(verb, "v", format.v, 1);
  checkWhole(verb, "m", format.m, 4);
  if (format.n !== 2) throw new RangeError(`Cannot ${verb} as n must be 2: current value is ${format.n}`);
  checkMultiple(verb, "rows", format.rows, format.v);
}

/** Groups of m columns in a row, the remainder group included. */
export function groupsOf(format: VnmFormat): number {
  return Math.ceil(format.cols / format.m);
}

/** Real columns of group `group`: m, or fewer in the remainder group. */
export function widthOf(format: VnmFormat, group: number): number {
  return Math.min(format.m, format.cols - group * format.m);
}

/** Throws unless the arrays of a packed matrix have the lengths that its format asks for. */
export function checkPacked(verb: string, packed: PackedVnm): void {
  checkFormat(verb, packed);
  const groups = groupsOf(packed);
  checkLength(verb, "values", packed.values.length, packed.rows * 2 * groups);
  checkLength(verb, "metadata", packed.metadata.length, packed.rows * Math.ceil(groups / 4));
  checkLength(verb, "columns", packed.columns.length, packed.rows / packed.v * groups * 4);
}

/** Throws unless every block's four columns ascend inside its group. */
export function checkColumns(verb: string, columns: Uint32Array, m: number): void {
  for (let block = 0; block < columns.length; block += 4) {
    let previous = -1;
    for (let slot = 0; slot < 4; slot++) {
      const column = columns[block + slot] ?? 0;
      if (column <= previous || column >= m) {
        throw new SyntaxError(
          `Cannot ${verb} as the four columns of a block must ascend in 0..${m - 1}, at index ${block + slot}: ` +
            `current value is ${column}`,
        );
      }
      previous = column;
    }
  }
}
