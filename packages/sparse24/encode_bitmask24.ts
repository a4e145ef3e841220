import type { Packed24 } from "./packed24.ts";
import { unpackMask24 } from "./unpack_mask24.ts";

/** A 2:4 matrix in the form that compressed-tensors calls `sparse-24-bitmask`. */
export interface Bitmask24 {
  /** Rows of the dense matrix: the first number of the stored `<name>.shape`. */
  readonly rows: number;
  /** Columns of the dense matrix: the second number of the stored `<name>.shape`. */
  readonly cols: number;
  /** `<name>.compressed`: two values per group of four in ascending column, row-major `[rows, cols / 2]`. */
  readonly compressed: Float32Array;
  /**
   * `<name>.bitmask`: row-major `[rows, ceil(cols / 8)]`; bit j of byte i says whether column `8 * i + j` is kept. Every
   * row starts a new byte and unused high bits are 0.
   */
  readonly bitmask: Uint8Array;
}

/**
 * Packed matrix to the `sparse-24-bitmask` form of compressed-tensors. Every group has exactly two bits set, also where
 * its values are zero, so the values are the same array contents as in {@linkcode Packed24}.
 *
 * @param packed The packed matrix.
 * @returns The bitmask form; its arrays are new.
 * @throws {TypeError} If `cols` is not a multiple of 4 or an array has the wrong length.
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
