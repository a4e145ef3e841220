import { checkArray, checkMultiple } from "@beyond24/sparse24/check";
import { checkFormat, checkPacked, checkPadding, filledRows, groupsOf } from "./_check.ts";
import type { PackedVnm, VnmFormat } from "./vnm_format.ts";

/** Groups of a row in Spatha's arrays: padded so that twice as many values are a multiple of 16. */
function spathaGroups(verb: string, format: VnmFormat): number {
  checkFormat(verb, format);
  checkMultiple(verb, "rows", format.rows, 32);
  return Math.ceil(groupsOf(format) / 8) * 8;
}

/** Index of the first value of row `row` and group `group`, with `groups` padded groups a row. */
function spathaValue(row: number, group: number, groups: number): number {
  return Math.floor(row / 16) * 32 * groups + (group >> 2) * 128 + ((row & 15) >> 2) * 32 + (group & 3) * 8 +
    (row & 3) * 2;
}

/** Index of the 16-bit half word that holds the nibbles of row `row` and the four groups from `group`. */
function spathaHalfWord(row: number, group: number, groups: number): number {
  return (Math.floor(row / 32) * groups * 4 + (group >> 2) * 16 + ((row & 31) >> 1)) * 2 + (row & 1);
}

/** Bits of the 16-bit word `word` of a row that belong to its real groups. */
function usedBits(groups: number, word: number): number {
  return groups - 4 * word < 4 ? (1 << (4 * (groups - 4 * word))) - 1 : 0xffff;
}

/**
 * A V:N:M matrix as the three arrays of Spatha, the kernel library of VENOM. With P = `ceil(cols / m)` rounded up to a
 * multiple of 8 (padded groups a row), g = group, integer division:
 *
 * - value i of row r, group g: `(r/16)*32*P + (g/4)*128 + ((r%16)/4)*32 + (g%4)*8 + (r%4)*2 + i`
 * - nibble of row r, group g: word `(r/32)*P*4 + (g/4)*16 + (r%32)/2`, shift `(r%2)*16 + (g%4)*4`
 * - column of slot s, block b, group g: `b*P*4 + g*4 + s`
 *
 * Spatha itself stores values as float16: `Float16Array.from(values)` gives its bytes.
 */
export interface SpathaVnm extends VnmFormat {
  /** Kept values in Spatha's order: `rows * 2 * P`. */
  readonly values: Float32Array;
  /** Nibbles of slots: `rows / 2 * P / 4` words. */
  readonly metadata: Uint32Array;
  /** Ascending offsets of the four columns of each block inside its group: `rows / v * P * 4`. */
  readonly columns: Uint32Array;
}

/**
 * Packed matrix to Spatha's arrays. Padding groups hold zero values, columns 0..3 and the nibble of an empty group.
 *
 * @param packed The packed matrix; `rows` must be a multiple of 32.
 * @returns Spatha's arrays.
 * @throws {TypeError} If an array is of another type or length, or `rows` is not a multiple of `v` or not of 32.
 * @throws {RangeError} If a number of the format is not valid.
 * @throws {SyntaxError} If an unused nibble is not 0.
 *
 * @example Rows 0 and 1 share a metadata word
 * ```ts
 * import { encodeSpatha, packVnm } from "@beyond24/venom";
 * import { assertEquals } from "@std/assert";
 *
 * const values = new Float32Array(32 * 32);
 * values.set([1, 1], 0); // row 0 keeps columns 0 and 1
 * values.set([1, 1], 32 + 2); // row 1 keeps columns 2 and 3
 * const spatha = encodeSpatha(packVnm(values, { rows: 32, cols: 32, v: 32, n: 2, m: 32 }));
 * assertEquals(spatha.values.length, 32 * 16);
 * assertEquals((spatha.metadata[0] ?? 0) & 0xf000f, 0xe0004 & 0xf000f);
 * ```
 */
export function encodeSpatha(packed: PackedVnm): SpathaVnm {
  const padded = spathaGroups("encode for Spatha", packed);
  checkPacked("encode for Spatha", packed);
  const { rows, cols, v, n, m } = packed;
  const groups = groupsOf(packed);
  const filled = filledRows(packed);
  const words = Math.ceil(groups / 4);
  const values = new Float32Array(rows * 2 * padded);
  const metadata = new Uint32Array(rows / 2 * padded / 4).fill(0xeeeeeeee);
  const halves = new Uint16Array(metadata.buffer);
  const columns = new Uint32Array(rows / v * padded * 4);
  for (let i = 0; i < columns.length; i++) columns[i] = i & 3;
  for (let row = 0; row < filled; row++) {
    for (let word = 0; word < words; word++) {
      const nibbles = packed.metadata[row * words + word] ?? 0;
      halves[spathaHalfWord(row, 4 * word, padded)] = nibbles | (0xeeee & ~usedBits(groups, word));
    }
    for (let group = 0; group < groups; group++) {
      const target = spathaValue(row, group, padded);
      values[target] = packed.values[(row * groups + group) * 2] ?? 0;
      values[target + 1] = packed.values[(row * groups + group) * 2 + 1] ?? 0;
    }
  }
  for (let block = 0; block < filled / v; block++) {
    const source = block * groups * 4;
    columns.set(packed.columns.subarray(source, source + groups * 4), block * padded * 4);
  }
  return { rows, cols, v, n, m, values, metadata, columns };
}

/**
 * Packed matrix of Spatha's arrays: the inverse of {@linkcode encodeSpatha}. Padding groups are dropped: their values
 * are 0, their nibbles and columns may be anything. Real ones are moved, not judged; {@linkcode unpackVnm} does that.
 *
 * @param encoded Spatha's arrays with size and format; `rows` must be a multiple of 32.
 * @returns The packed matrix.
 * @throws {TypeError} If an array is of another type or length, or `rows` is not a multiple of `v` or not of 32.
 * @throws {RangeError} If a number of the format is not valid.
 * @throws {SyntaxError} If a padding group holds a value.
 *
 * @example There and back
 * ```ts
 * import { decodeSpatha, encodeSpatha, packVnm, pruneVnm } from "@beyond24/venom";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.from({ length: 64 * 40 }, (_, i) => Math.sin(i));
 * const format = { rows: 64, cols: 40, v: 32, n: 2, m: 16 };
 * const packed = packVnm(values, format, pruneVnm(values, format));
 * assertEquals(decodeSpatha(encodeSpatha(packed)), packed);
 * ```
 */
export function decodeSpatha(encoded: SpathaVnm): PackedVnm {
  const verb = "decode from Spatha";
  const padded = spathaGroups(verb, encoded);
  const { rows, cols, v, n, m } = encoded;
  checkArray(verb, "values", encoded.values, ["Float32Array"], rows * 2 * padded);
  checkArray(verb, "metadata", encoded.metadata, ["Uint32Array"], rows / 2 * padded / 4);
  checkArray(verb, "columns", encoded.columns, ["Uint32Array"], rows / v * padded * 4);
  const groups = groupsOf(encoded);
  const filled = filledRows(encoded);
  const words = Math.ceil(groups / 4);
  const values = new Float32Array(rows * 2 * groups);
  const metadata = new Uint16Array(rows * words);
  const columns = new Uint32Array(rows / v * groups * 4);
  const halves = new Uint16Array(encoded.metadata.buffer, encoded.metadata.byteOffset, encoded.metadata.length * 2);
  for (let row = 0; row < filled; row++) {
    for (let word = 0; word < words; word++) {
      metadata[row * words + word] = (halves[spathaHalfWord(row, 4 * word, padded)] ?? 0) & usedBits(groups, word);
    }
    for (let group = groups; group < padded; group++) {
      const source = spathaValue(row, group, padded);
      checkPadding(verb, encoded.values[source] || encoded.values[source + 1] || 0, row, group);
    }
    for (let group = 0; group < groups; group++) {
      const source = spathaValue(row, group, padded);
      values[(row * groups + group) * 2] = encoded.values[source] ?? 0;
      values[(row * groups + group) * 2 + 1] = encoded.values[source + 1] ?? 0;
    }
  }
  for (let block = 0; block < filled / v; block++) {
    const source = block * padded * 4;
    columns.set(encoded.columns.subarray(source, source + groups * 4), block * groups * 4);
  }
  return { rows, cols, v, n, m, values, metadata, columns };
}
