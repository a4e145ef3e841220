import { checkNibble, checkPacked } from "./_check_packed.ts";
import { metadataWords24 } from "./metadata_words24.ts";
import type { Packed24 } from "./packed24.ts";

/**
 * The mask that a packed matrix stores: 1 at the two places that each nibble names, completed places included.
 *
 * @param packed The packed matrix.
 * @returns Mask of 0 and 1, row-major, `rows * cols` elements.
 * @throws {TypeError} If `cols` is not a multiple of 4 or an array has the wrong length.
 * @throws {RangeError} If a size is not valid.
 * @throws {SyntaxError} If a metadata nibble is not legal.
 *
 * @example An empty group is completed with elements 2 and 3
 * ```ts
 * import { pack24, unpackMask24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const packed = pack24(new Float32Array(4), { rows: 1, cols: 4 });
 * assertEquals(unpackMask24(packed), Uint8Array.of(0, 0, 1, 1));
 * ```
 */
export function unpackMask24(packed: Packed24): Uint8Array {
  checkPacked("unpack", packed);
  const { rows, cols, values, metadata } = packed;
  const words = metadataWords24(cols);
  const mask = new Uint8Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let group = 0; group < cols / 4; group++) {
      const index = row * cols + 4 * group;
      const nibble = ((metadata[row * words + (group >> 2)] ?? 0) >> (4 * (group & 3))) & 15;
      checkNibble("unpack", nibble, values[index / 2] ?? 0, values[index / 2 + 1] ?? 0, row, group);
      mask[index + (nibble & 3)] = 1;
      mask[index + (nibble >> 2)] = 1;
    }
  }
  return mask;
}
