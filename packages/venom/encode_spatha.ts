import { checkPacked, groupsOf } from "./_check.ts";
import { spathaGroups, spathaHalfWord, spathaValue } from "./_spatha_layout.ts";
import type { PackedVnm } from "./packed_vnm.ts";
import type { VnmFormat } from "./vnm_format.ts";

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
 * @throws {TypeError} If an array has the wrong length, `rows` is not a multiple of `v` or not of 32.
 * @throws {RangeError} If a number of the format is not valid.
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
  const words = Math.ceil(groups / 4);
  const values = new Float32Array(rows * 2 * padded);
  const metadata = new Uint32Array(rows / 2 * padded / 4).fill(0xeeeeeeee);
  const halves = new Uint16Array(metadata.buffer);
  const columns = new Uint32Array(rows / v * padded * 4);
  for (let i = 0; i < columns.length; i++) columns[i] = i & 3;
  for (let row = 0; row < rows; row++) {
    for (let word = 0; word < words; word++) {
      const used = groups - 4 * word < 4 ? (1 << (4 * (groups - 4 * word))) - 1 : 0xffff;
      const nibbles = (packed.metadata[row * words + word] ?? 0) & used;
      halves[spathaHalfWord(row, 4 * word, padded)] = nibbles | (0xeeee & ~used);
    }
    for (let group = 0; group < groups; group++) {
      const target = spathaValue(row, group, padded);
      values[target] = packed.values[(row * groups + group) * 2] ?? 0;
      values[target + 1] = packed.values[(row * groups + group) * 2 + 1] ?? 0;
    }
  }
  for (let block = 0; block < rows / v; block++) {
    const source = block * groups * 4;
    columns.set(packed.columns.subarray(source, source + groups * 4), block * padded * 4);
  }
  return { rows, cols, v, n, m, values, metadata, columns };
}
