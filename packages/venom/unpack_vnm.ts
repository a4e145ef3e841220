import { checkColumns, checkPacked, groupsOf, widthOf } from "./_check.ts";
import type { PackedVnm } from "./packed_vnm.ts";

/** Throws unless the slots increase; an empty row may repeat one, as CUTLASS writes it. */
function checkSlots(nibble: number, first: number, second: number, row: number, group: number): void {
  if ((nibble & 3) < nibble >> 2) return;
  if ((nibble & 3) === nibble >> 2 && first === 0 && second === 0) return;
  throw new SyntaxError(
    `Cannot unpack as the two slots of a metadata nibble must increase, in row ${row} of group ${group}: ` +
      `current value is 0x${nibble.toString(16)}`,
  );
}

/**
 * Dense matrix of a packed one: kept values in their places, +0 elsewhere. `unpackVnm(packVnm(values, format, mask))` is
 * `values` where the mask keeps and 0 where it does not.
 *
 * Places beyond the width of the remainder group are padding and are ignored, as are unused high nibbles.
 *
 * @param packed The packed matrix.
 * @returns Dense matrix, row-major, `rows * cols` elements.
 * @throws {TypeError} If an array has the wrong length or `rows` is not a multiple of `v`.
 * @throws {RangeError} If a number of the format is not valid.
 * @throws {SyntaxError} If a metadata nibble is not legal or the columns of a block do not ascend in 0..m-1.
 *
 * @example One row of one block
 * ```ts
 * import { unpackVnm } from "@beyond24/venom";
 * import { assertEquals } from "@std/assert";
 *
 * const dense = unpackVnm({
 *   rows: 1, cols: 6, v: 1, n: 2, m: 6,
 *   values: Float32Array.of(7, 8),
 *   metadata: Uint16Array.of(0xd), // slots 1 and 3
 *   columns: Uint32Array.of(0, 2, 4, 5),
 * });
 * assertEquals(dense, Float32Array.of(0, 0, 7, 0, 0, 8));
 * ```
 */
export function unpackVnm(packed: PackedVnm): Float32Array {
  checkPacked("unpack", packed);
  checkColumns("unpack", packed.columns, packed.m);
  const { rows, cols, v, m, values, metadata, columns } = packed;
  const groups = groupsOf(packed);
  const words = Math.ceil(groups / 4);
  const dense = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let group = 0; group < groups; group++) {
      const source = (row * groups + group) * 2;
      const first = values[source] ?? 0;
      const second = values[source + 1] ?? 0;
      const nibble = ((metadata[row * words + (group >> 2)] ?? 0) >> (4 * (group & 3))) & 15;
      checkSlots(nibble, first, second, row, group);
      const block = (Math.floor(row / v) * groups + group) * 4;
      const width = widthOf(packed, group);
      const start = row * cols + group * m;
      const firstColumn = columns[block + (nibble & 3)] ?? 0;
      const secondColumn = columns[block + (nibble >> 2)] ?? 0;
      if (firstColumn < width) dense[start + firstColumn] = first;
      if (secondColumn < width) dense[start + secondColumn] = second;
    }
  }
  return dense;
}
