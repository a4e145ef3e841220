import { checkLength, checkMultiple, checkShape } from "./_check.ts";
import type { Bitmask24 } from "./encode_bitmask24.ts";
import { metadataWords24 } from "./metadata_words24.ts";
import { nibble24 } from "./nibble24.ts";
import type { Packed24 } from "./packed24.ts";

/** Number of bits set in each of the sixteen half bytes. */
const BIT_COUNT = Uint8Array.of(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);

/**
 * Packed matrix of the `sparse-24-bitmask` form of compressed-tensors: the inverse of {@linkcode encodeBitmask24}.
 *
 * @param encoded Size, compressed values and bitmask, as stored.
 * @returns The packed matrix; its arrays are new.
 * @throws {TypeError} If `cols` is not a multiple of 4 or an array has the wrong length.
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
  checkLength(verb, "compressed", compressed.length, rows * cols / 2);
  checkLength(verb, "bitmask", bitmask.length, rows * bytes);
  const words = metadataWords24(cols);
  const metadata = new Uint16Array(rows * words);
  for (let row = 0; row < rows; row++) {
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
