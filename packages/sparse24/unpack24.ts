import { checkNibble, checkPacked } from "./_check_packed.ts";
import { metadataWords24 } from "./metadata_words24.ts";
import type { Packed24 } from "./packed24.ts";

/**
 * Dense matrix of a packed one: kept values in their places, +0 elsewhere. `unpack24(pack24(values, shape, mask))` is
 * `values` where the mask keeps and 0 where it does not.
 *
 * Accepts every nibble whose indices increase, and also CUTLASS's empty group (equal indices with two zero values).
 * Unused high nibbles of a row's last word are ignored.
 *
 * @param packed The packed matrix.
 * @returns Dense matrix, row-major, `rows * cols` elements.
 * @throws {TypeError} If `cols` is not a multiple of 4 or an array has the wrong length.
 * @throws {RangeError} If a size is not valid.
 * @throws {SyntaxError} If a metadata nibble is not legal.
 *
 * @example One row
 * ```ts
 * import { unpack24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const packed = { rows: 1, cols: 4, values: Float32Array.of(7, 8), metadata: Uint16Array.of(0x9) };
 * assertEquals(unpack24(packed), Float32Array.of(0, 7, 8, 0));
 * ```
 */
export function unpack24(packed: Packed24): Float32Array {
  checkPacked("unpack", packed);
  const { rows, cols, values, metadata } = packed;
  const words = metadataWords24(cols);
  const dense = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let group = 0; group < cols / 4; group++) {
      const index = row * cols + 4 * group;
      const nibble = ((metadata[row * words + (group >> 2)] ?? 0) >> (4 * (group & 3))) & 15;
      const first = values[index / 2] ?? 0;
      const second = values[index / 2 + 1] ?? 0;
      checkNibble("unpack", nibble, first, second, row, group);
      dense[index + (nibble & 3)] = first;
      dense[index + (nibble >> 2)] = second;
    }
  }
  return dense;
}
