import { checkLength } from "./_check.ts";
import { lastWordBits, type MetadataLayout24, placeMetadata } from "./_metadata_layout.ts";
import type { MatrixShape } from "./matrix_shape.ts";
import { metadataWords24 } from "./metadata_words24.ts";

/**
 * Canonical metadata of a device buffer: the inverse of {@linkcode encodeMetadata24}. Padding is dropped, whatever it
 * holds. Nibbles are moved, not judged; {@linkcode unpack24} does that.
 *
 * @param encoded The buffer in device order, seen as bytes, 16-bit or 32-bit words (little-endian).
 * @param shape Size of the dense matrix; `cols` must be a multiple of 4.
 * @param layout Name of the layout.
 * @returns Canonical metadata, `rows * ceil(cols / 16)` words.
 * @throws {TypeError} If a length or size does not fit the layout.
 * @throws {RangeError} If a size or the layout's name is not valid.
 *
 * @example There and back
 * ```ts
 * import { decodeMetadata24, encodeMetadata24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { rows: 3, cols: 20 };
 * const metadata = Uint16Array.of(0x4444, 0x8, 0x9999, 0xc, 0xeeee, 0xd);
 * const encoded = encodeMetadata24(metadata, shape, "cutlass-sm90-8bit");
 * assertEquals(encoded.byteLength, 64 * 128 / 8);
 * assertEquals(decodeMetadata24(encoded, shape, "cutlass-sm90-8bit"), metadata);
 * ```
 */
export function decodeMetadata24(
  encoded: Uint8Array | Uint16Array | Uint32Array,
  shape: MatrixShape,
  layout: MetadataLayout24,
): Uint16Array {
  const { rows, words, offset } = placeMetadata("decode metadata", shape, layout);
  checkLength("decode metadata", "the buffer in bytes", encoded.byteLength, rows * words * 2);
  // A view of bytes may start at an odd offset, where 16-bit words cannot be read in place.
  const aligned = encoded.byteOffset % 2 === 0;
  const source = aligned
    ? new Uint16Array(encoded.buffer, encoded.byteOffset, rows * words)
    : new Uint16Array(encoded.slice().buffer);
  const targetWords = metadataWords24(shape.cols);
  const metadata = new Uint16Array(shape.rows * targetWords);
  for (let row = 0; row < shape.rows; row++) {
    const start = row * targetWords;
    for (let word = 0; word < targetWords; word++) metadata[start + word] = source[offset(row, word)] ?? 0;
    if (targetWords > 0) {
      metadata[start + targetWords - 1] = (metadata[start + targetWords - 1] ?? 0) & lastWordBits(shape.cols);
    }
  }
  return metadata;
}
