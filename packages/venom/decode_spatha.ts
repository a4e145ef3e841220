import { checkLength, groupsOf } from "./_check.ts";
import { spathaGroups, spathaHalfWord, spathaValue } from "./_spatha_layout.ts";
import type { SpathaVnm } from "./encode_spatha.ts";
import type { PackedVnm } from "./packed_vnm.ts";

/**
 * Packed matrix of Spatha's arrays: the inverse of {@linkcode encodeSpatha}. Padding groups are dropped, whatever they
 * hold. Nibbles and columns are moved, not judged; `unpackVnm` does that.
 *
 * @param encoded Spatha's arrays with size and format; `rows` must be a multiple of 32.
 * @returns The packed matrix.
 * @throws {TypeError} If an array has the wrong length, `rows` is not a multiple of `v` or not of 32.
 * @throws {RangeError} If a number of the format is not valid.
 *
 * @example There and back
 * ```ts
 * import { decodeSpatha, encodeSpatha, packVnm } from "@beyond24/venom";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.from({ length: 64 * 40 }, (_, i) => Math.sin(i));
 * const packed = packVnm(values, { rows: 64, cols: 40, v: 32, n: 2, m: 16 });
 * assertEquals(decodeSpatha(encodeSpatha(packed)), packed);
 * ```
 */
export function decodeSpatha(encoded: SpathaVnm): PackedVnm {
  const verb = "decode from Spatha";
  const padded = spathaGroups(verb, encoded);
  const { rows, cols, v, n, m } = encoded;
  checkLength(verb, "values", encoded.values.length, rows * 2 * padded);
  checkLength(verb, "metadata", encoded.metadata.length, rows / 2 * padded / 4);
  checkLength(verb, "columns", encoded.columns.length, rows / v * padded * 4);
  const groups = groupsOf(encoded);
  const words = Math.ceil(groups / 4);
  const values = new Float32Array(rows * 2 * groups);
  const metadata = new Uint16Array(rows * words);
  const columns = new Uint32Array(rows / v * groups * 4);
  const halves = new Uint16Array(encoded.metadata.buffer, encoded.metadata.byteOffset, encoded.metadata.length * 2);
  for (let row = 0; row < rows; row++) {
    for (let word = 0; word < words; word++) {
      const used = groups - 4 * word < 4 ? (1 << (4 * (groups - 4 * word))) - 1 : 0xffff;
      metadata[row * words + word] = (halves[spathaHalfWord(row, 4 * word, padded)] ?? 0) & used;
    }
    for (let group = 0; group < groups; group++) {
      const source = spathaValue(row, group, padded);
      values[(row * groups + group) * 2] = encoded.values[source] ?? 0;
      values[(row * groups + group) * 2 + 1] = encoded.values[source + 1] ?? 0;
    }
  }
  for (let block = 0; block < rows / v; block++) {
    const source = block * padded * 4;
    columns.set(encoded.columns.subarray(source, source + groups * 4), block * groups * 4);
  }
  return { rows, cols, v, n, m, values, metadata, columns };
}
