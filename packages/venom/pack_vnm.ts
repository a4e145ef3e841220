import { nibble24 } from "@beyond24/sparse24";
import { checkFormat, checkLength, groupsOf, widthOf } from "./_check.ts";
import type { PackedVnm } from "./packed_vnm.ts";
import { pruneVnm } from "./prune_vnm.ts";
import type { VnmFormat } from "./vnm_format.ts";

/** The mask that packing without one uses: what pruning keeps, zeros left out. */
function pruneNonZeros(values: Float32Array, format: VnmFormat): Uint8Array {
  const mask = pruneVnm(values, format);
  for (let i = 0; i < mask.length; i++) if (values[i] === 0) mask[i] = 0;
  return mask;
}

/** Flags in `used` the columns that a block's mask keeps, and joins the lowest free ones until there are four. */
function markColumns(mask: Uint8Array, row: number, group: number, format: VnmFormat, used: Uint8Array): void {
  const { cols, v, m } = format;
  const width = widthOf(format, group);
  let count = 0;
  used.fill(0);
  for (let r = row; r < row + v; r++) {
    const start = r * cols + group * m;
    for (let c = 0; c < width; c++) {
      if (mask[start + c] === 0 || used[c] === 1) continue;
      used[c] = 1;
      count++;
    }
  }
  if (count > 4) {
    throw new RangeError(
      `Cannot pack as the mask must keep at most four columns of a block, in rows ${row}..${row + v - 1} from column ` +
        `${group * m}: current value is ${count}`,
    );
  }
  for (let c = 0; count < 4; c++) {
    if (used[c] === 1) continue;
    used[c] = 1;
    count++;
  }
}

/** Keep mask of one row's four slots; bit i = slot i. */
function keepSlots(mask: Uint8Array, start: number, width: number, columns: Uint32Array, block: number): number {
  let keep = 0;
  for (let slot = 0; slot < 4; slot++) {
    const column = columns[block + slot] ?? 0;
    if (column < width && mask[start + column] !== 0) keep |= 1 << slot;
  }
  return keep;
}

/** Throws when a row keeps three or four of its slots. */
function checkKept(keep: number, row: number, column: number): void {
  const withoutLowest = keep & (keep - 1);
  if ((withoutLowest & (withoutLowest - 1)) === 0) return;
  throw new RangeError(
    `Cannot pack as the mask must keep at most two elements of a row in a block, in row ${row} from column ${column}: ` +
      `current value is ${keep === 15 ? 4 : 3}`,
  );
}

/**
 * Packs a matrix into canonical V:N:M form.
 *
 * With a mask, exactly the masked positions are stored, true zeros included. Without one, `pruneVnm` chooses and zeros
 * (-0 too) count as not kept: a matrix that is V:N:M already is stored without loss.
 *
 * A block whose mask uses fewer than four columns is completed with its lowest free ones, and a row that keeps fewer
 * than two elements is completed as `nibble24` of `@beyond24/sparse24` does. The value in a completed place is +0.
 *
 * @param values Dense matrix, row-major, `rows * cols` elements.
 * @param format Size and format.
 * @param mask Optional mask of the same length; non-zero = kept. It must satisfy `isVnm`.
 * @returns The packed matrix.
 * @throws {TypeError} If a length does not match or `rows` is not a multiple of `v`.
 * @throws {RangeError} If a number of the format is not valid or the mask is not V:N:M.
 *
 * @example Pack and unpack
 * ```ts
 * import { packVnm, unpackVnm } from "@beyond24/venom";
 * import { assertEquals } from "@std/assert";
 *
 * const format = { rows: 2, cols: 8, v: 2, n: 2, m: 8 };
 * const values = Float32Array.of(
 *   0, 5, 0, 0, 0, 0, 0, 6,
 *   0, 0, 7, 0, 0, 8, 0, 0,
 * );
 * const packed = packVnm(values, format);
 * assertEquals(packed.columns, Uint32Array.of(1, 2, 5, 7));
 * assertEquals(packed.values, Float32Array.of(5, 6, 7, 8));
 * assertEquals(packed.metadata, Uint16Array.of(0xc, 0x9));
 * assertEquals(unpackVnm(packed), values);
 * ```
 */
export function packVnm(values: Float32Array, format: VnmFormat, mask?: Uint8Array): PackedVnm {
  checkFormat("pack", format);
  const { rows, cols, v, n, m } = format;
  checkLength("pack", "values", values.length, rows * cols);
  if (mask) checkLength("pack", "mask", mask.length, values.length);
  const keepMask = mask ?? pruneNonZeros(values, format);
  const groups = groupsOf(format);
  const words = Math.ceil(groups / 4);
  const packed = new Float32Array(rows * 2 * groups);
  const metadata = new Uint16Array(rows * words);
  const columns = new Uint32Array(rows / v * groups * 4);
  const used = new Uint8Array(m);
  for (let row = 0; row < rows; row++) {
    for (let group = 0; group < groups; group++) {
      const block = (Math.floor(row / v) * groups + group) * 4;
      if (row % v === 0) {
        markColumns(keepMask, row, group, format, used);
        for (let c = 0, slot = 0; slot < 4; c++) if (used[c] === 1) columns[block + slot++] = c;
      }
      const start = row * cols + group * m;
      const keep = keepSlots(keepMask, start, widthOf(format, group), columns, block);
      checkKept(keep, row, group * m);
      const nibble = nibble24(keep);
      const first = nibble & 3;
      const second = nibble >> 2;
      const target = (row * groups + group) * 2;
      if ((keep >> first) & 1) packed[target] = values[start + (columns[block + first] ?? 0)] ?? 0;
      if ((keep >> second) & 1) packed[target + 1] = values[start + (columns[block + second] ?? 0)] ?? 0;
      const word = row * words + (group >> 2);
      metadata[word] = (metadata[word] ?? 0) | (nibble << (4 * (group & 3)));
    }
  }
  return { rows, cols, v, n, m, values: packed, metadata, columns };
}
