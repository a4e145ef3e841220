import { checkShape, filledRows } from "./_groups.ts";
import { checkArray, checkMultiple } from "./check.ts";
import { metadataWords24, nibble24, type Packed24, unpackMask24 } from "./pack24.ts";

/** A 2:4 matrix in the form that compressed-tensors calls `sparse-24-bitmask`. */
export interface Bitmask24 {
  /** Rows of the dense matrix: the first number of the stored `<name>.shape`. */
  readonly rows: number;
  /** Columns of the dense matrix: the second number of the stored `<name>.shape`. */
  readonly cols: number;
  /** `<name>.compressed`: two values per group of four in ascending column, row-major `[rows, cols / 2]`. */
  readonly compressed: Float32Array;
  /**
   * `<name>.bitmask`: row-major `[rows, ceil(cols / 8)]`; bit j of byte i says whether column `8 * i + j` is kept.
   * Every row starts a new byte and unused high bits are 0.
   */
  readonly bitmask: Uint8Array;
}

/**
 * Packed matrix to the `sparse-24-bitmask` form of compressed-tensors. Every group has exactly two bits set, also where
 * its values are zero, so the values are the same array contents as in {@linkcode Packed24}.
 *
 * @param packed The packed matrix.
 * @returns The bitmask form; its arrays are new.
 * @throws {TypeError} If `cols` is not a multiple of 4 or an array is of another type or length.
 * @throws {RangeError} If a size is not valid.
 * @throws {SyntaxError} If a metadata nibble does not name two increasing places.
 *
 * @example Two groups are one byte
 * ```ts
 * import { encodeBitmask24, pack24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const packed = pack24(Float32Array.of(1, 2, 0, 0, 0, 0, 3, 4), { rows: 1, cols: 8 });
 * const { compressed, bitmask } = encodeBitmask24(packed);
 * assertEquals(compressed, Float32Array.of(1, 2, 3, 4));
 * assertEquals(bitmask, Uint8Array.of(0b11000011));
 * ```
 */
export function encodeBitmask24(packed: Packed24): Bitmask24 {
  const { rows, cols } = packed;
  const mask = unpackMask24(packed);
  const bytes = Math.ceil(cols / 8);
  const bitmask = new Uint8Array(rows * bytes);
  for (let group = 0; group < mask.length; group += 4) {
    const row = Math.floor(group / cols);
    const col = group % cols;
    const bits = (mask[group] ?? 0) | (mask[group + 1] ?? 0) << 1 | (mask[group + 2] ?? 0) << 2 |
      (mask[group + 3] ?? 0) << 3;
    if ((bits & (bits - 1)) === 0) {
      throw new SyntaxError(
        `Cannot encode a bitmask as every group must keep two places, in row ${row} from column ${col}: ` +
          "current value is 1",
      );
    }
    const byte = row * bytes + (col >> 3);
    bitmask[byte] = (bitmask[byte] ?? 0) | (bits << (col & 4));
  }
  return { rows, cols, compressed: packed.values.slice(), bitmask };
}

/** Number of bits set in each of the sixteen half bytes. */
const BIT_COUNT = Uint8Array.of(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);

/**
 * Packed matrix of the `sparse-24-bitmask` form of compressed-tensors: the inverse of {@linkcode encodeBitmask24}.
 *
 * @param encoded Size, compressed values and bitmask, as stored.
 * @returns The packed matrix; its arrays are new.
 * @throws {TypeError} If `cols` is not a multiple of 4 or an array is of another type or length.
 * @throws {RangeError} If a size is not valid.
 * @throws {SyntaxError} If a group does not have exactly two bits set, or an unused bit is set.
 *
 * @example One row of four
 * ```ts
 * import { decodeBitmask24, unpack24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const packed = decodeBitmask24({
 *   rows: 1,
 *   cols: 4,
 *   compressed: Float32Array.of(7, 8),
 *   bitmask: Uint8Array.of(0b1010),
 * });
 * assertEquals(unpack24(packed), Float32Array.of(0, 7, 0, 8));
 * ```
 */
export function decodeBitmask24(encoded: Bitmask24): Packed24 {
  const verb = "decode a bitmask";
  const { rows, cols, compressed, bitmask } = encoded;
  const bytes = Math.ceil(cols / 8);
  checkShape(verb, encoded);
  checkMultiple(verb, "cols", cols, 4);
  checkArray(verb, "compressed", compressed, ["Float32Array"], rows * cols / 2);
  checkArray(verb, "bitmask", bitmask, ["Uint8Array"], rows * bytes);
  const words = metadataWords24(cols);
  const metadata = new Uint16Array(rows * words);
  for (let row = 0; row < filledRows(encoded); row++) {
    // Both halves of every byte: the last half of a row may lie beyond its columns.
    for (let half = 0; half < 2 * bytes; half++) {
      const bits = ((bitmask[row * bytes + (half >> 1)] ?? 0) >> (4 * (half & 1))) & 15;
      const expected = 4 * half < cols ? 2 : 0;
      if (BIT_COUNT[bits] !== expected) {
        throw new SyntaxError(
          `Cannot ${verb} as ${expected} bits must be set in row ${row} from column ${4 * half}: ` +
            `current value is 0b${bits.toString(2).padStart(4, "0")}`,
        );
      }
      if (expected === 0) continue;
      const word = row * words + (half >> 2);
      metadata[word] = (metadata[word] ?? 0) | (nibble24(bits) << (4 * (half & 3)));
    }
  }
  return { rows, cols, values: compressed.slice(), metadata };
}
