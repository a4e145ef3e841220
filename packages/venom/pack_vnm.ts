import { nibble24 } from "@beyond24/sparse24";
import { checkArray, checkNibble } from "@beyond24/sparse24/check";
import { checkFormat, checkPacked, checkPadding, filledRows, groupsOf, widthOf } from "./_check.ts";
import type { PackedVnm, VnmFormat } from "./vnm_format.ts";

/** What decides which elements are stored: a mask, or the matrix itself, by its non-zeros. */
interface Kept {
  readonly array: Uint8Array | Float32Array;
  /** What it must do, for messages. */
  readonly rule: string;
}

function bitsOf(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

/** Flags in `used` the columns that a block keeps, and joins the lowest free ones until there are four. */
function markColumns(kept: Kept, row: number, group: number, format: VnmFormat, used: Uint8Array): void {
  const { cols, v, m } = format;
  const width = widthOf(format, group);
  let count = 0;
  used.fill(0);
  for (let r = row; r < row + v; r++) {
    const start = r * cols + group * m;
    for (let c = 0; c < width; c++) {
      if (kept.array[start + c] === 0 || used[c] === 1) continue;
      used[c] = 1;
      count++;
    }
  }
  if (count > 4) {
    throw new RangeError(
      `Cannot pack as ${kept.rule} at most four columns of a block, in rows ${row}..${row + v - 1} from column ` +
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
function keepSlots(kept: Kept, start: number, width: number, columns: Uint32Array, block: number): number {
  let keep = 0;
  for (let slot = 0; slot < 4; slot++) {
    const column = columns[block + slot] ?? 0;
    if (column < width && kept.array[start + column] !== 0) keep |= 1 << slot;
  }
  return keep;
}

/** Throws when a row keeps three or four of its slots. */
function checkTwo(rule: string, keep: number, row: number, column: number): void {
  const withoutLowest = keep & (keep - 1);
  if ((withoutLowest & (withoutLowest - 1)) === 0) return;
  throw new RangeError(
    `Cannot pack as ${rule} at most two elements of a row in a block, in row ${row} from column ${column}: ` +
      `current value is ${keep === 15 ? 4 : 3}`,
  );
}

/**
 * Packs a matrix into canonical V:N:M form.
 *
 * With a mask, exactly the masked positions are stored, true zeros included. Without one, the matrix must be V:N:M
 * already: its non-zeros are stored (-0 counts as zero, NaN does not), and nothing is lost. To drop elements pass the
 * mask that says which, as {@linkcode pruneVnm} makes it.
 *
 * A block whose mask uses fewer than four columns is completed with its lowest free ones, and a row that keeps fewer
 * than two elements is completed as `nibble24` of `@beyond24/sparse24` does. The value in a completed place is +0.
 *
 * @param values Dense matrix, row-major, `rows * cols` elements.
 * @param format Size and format.
 * @param mask Optional mask of the same length; non-zero = kept. It must satisfy `isVnm`.
 * @returns The packed matrix.
 * @throws {TypeError} If an array is of another type or length, or `rows` is not a multiple of `v`.
 * @throws {RangeError} If a number of the format is not valid, or what would be stored is not V:N:M.
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
  checkArray("pack", "values", values, ["Float32Array"], rows * cols);
  if (mask !== undefined) checkArray("pack", "mask", mask, ["Uint8Array"], values.length);
  const kept: Kept = mask === undefined
    ? { array: values, rule: "without a mask the non-zeros must take" }
    : { array: mask, rule: "the mask must keep" };
  const groups = groupsOf(format);
  const words = Math.ceil(groups / 4);
  const packed = new Float32Array(rows * 2 * groups);
  const metadata = new Uint16Array(rows * words);
  const columns = new Uint32Array(rows / v * groups * 4);
  const used = new Uint8Array(m);
  // Copied as bits: a NaN that passes through a number may lose its payload.
  const source = bitsOf(values);
  const target = bitsOf(packed);
  for (let row = 0; row < filledRows(format); row++) {
    for (let group = 0; group < groups; group++) {
      const block = (Math.floor(row / v) * groups + group) * 4;
      if (row % v === 0) {
        markColumns(kept, row, group, format, used);
        for (let c = 0, slot = 0; slot < 4; c++) if (used[c] === 1) columns[block + slot++] = c;
      }
      const start = row * cols + group * m;
      const keep = keepSlots(kept, start, widthOf(format, group), columns, block);
      checkTwo(kept.rule, keep, row, group * m);
      const nibble = nibble24(keep);
      const first = nibble & 3;
      const second = nibble >> 2;
      const place = (row * groups + group) * 2;
      if ((keep >> first) & 1) target[place] = source[start + (columns[block + first] ?? 0)] ?? 0;
      if ((keep >> second) & 1) target[place + 1] = source[start + (columns[block + second] ?? 0)] ?? 0;
      const word = row * words + (group >> 2);
      metadata[word] = (metadata[word] ?? 0) | (nibble << (4 * (group & 3)));
    }
  }
  return { rows, cols, v, n, m, values: packed, metadata, columns };
}

/** Throws unless every block's four columns ascend inside its group. */
function checkColumns(verb: string, columns: Uint32Array, m: number): void {
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

/**
 * Dense matrix of a packed one: kept values in their places, +0 elsewhere. `unpackVnm(packVnm(values, format, mask))`
 * is `values` where the mask keeps and 0 where it does not.
 *
 * Places beyond the width of the remainder group are padding; their values are 0, as are unused high nibbles.
 *
 * @param packed The packed matrix.
 * @returns Dense matrix, row-major, `rows * cols` elements.
 * @throws {TypeError} If an array is of another type or length, or `rows` is not a multiple of `v`.
 * @throws {RangeError} If a number of the format is not valid.
 * @throws {SyntaxError} If a metadata nibble is not legal, an unused one is not 0, the columns of a block do not ascend
 * in
 *   0..m-1, or a value stands on a padding column.
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
  // Copied as bits: a NaN that passes through a number may lose its payload.
  const source = bitsOf(values);
  const target = bitsOf(dense);
  for (let row = 0; row < filledRows(packed); row++) {
    for (let group = 0; group < groups; group++) {
      const place = (row * groups + group) * 2;
      const nibble = ((metadata[row * words + (group >> 2)] ?? 0) >> (4 * (group & 3))) & 15;
      checkNibble("unpack", nibble, values[place] ?? 0, values[place + 1] ?? 0, row, group);
      const block = (Math.floor(row / v) * groups + group) * 4;
      for (let i = 0; i < 2; i++) {
        const column = columns[block + ((nibble >> (2 * i)) & 3)] ?? 0;
        if (column < widthOf(packed, group)) target[row * cols + group * m + column] = source[place + i] ?? 0;
        else checkPadding("unpack", values[place + i] ?? 0, row, group);
      }
    }
  }
  return dense;
}
