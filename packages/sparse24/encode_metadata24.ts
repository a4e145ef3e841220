import { checkLength } from "./_check.ts";
import { lastWordBits, type MetadataLayout24, placeMetadata } from "./_metadata_layout.ts";
import type { MatrixShape } from "./matrix_shape.ts";
import { metadataWords24 } from "./metadata_words24.ts";

export type { MetadataLayout24 };

/** Four empty groups: the legal nibble that empty groups complete to (0x0 is undefined behaviour in `wgmma.sp`). */
const EMPTY_WORD = 0xeeee;

/**
 * Lays canonical metadata out as a device wants it. With m = row, k = dense column, c = k div 16 (integer division):
 *
 * | layout | position | size |
 * | --- | --- | --- |
 * | `"row-major"` | word `m * ceil(cols / 16) + c`: the canonical form | any |
 * | `"cutlass-sm80"` | word `(c/2)*2*rows + (m/32)*64 + (m%8)*8 + ((m%32)/16)*4 + (c%2)*2 + (m/8)%2`: 16-bit data on `mma.sp`, also torch's | rows and cols multiples of 32 |
 * | `"cutlass-sm90-8bit"` | byte `(k/128)*R*16 + m*16 + (k%128)/8`, R = rows padded to 64: the `E` tensor of 8-bit data | padded to 64 x 128 |
 * | `"wgmma-sm90"` | tiles of 64 x 128, rows of tiles first, 1024 bytes each; in a tile nibble `(k%16)/4 + 4*((m%16)/8)` of the 32-bit word `(((m/16)*2 + (k%32)/16)*8 + m%8)*4 + k/32`: 16-bit data, CUTLASS with tile K = 128 | padded to 64 x 128 |
 *
 * Padding is filled with nibble 0xE, the legal nibble of an empty group; `"row-major"` keeps 0 as canonical.
 *
 * @param metadata Canonical metadata of {@linkcode Packed24}, `rows * ceil(cols / 16)` words.
 * @param shape Size of the dense matrix; `cols` must be a multiple of 4.
 * @param layout Name of the layout.
 * @returns The buffer in device order as little-endian 16-bit words; view its `.buffer` for bytes or 32-bit words.
 * @throws {TypeError} If a length or size does not fit the layout.
 * @throws {RangeError} If a size or the layout's name is not valid.
 *
 * @example Rows 0 and 8 share the first 32-bit word that a thread of a warpgroup reads
 * ```ts
 * import { encodeMetadata24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const metadata = new Uint16Array(64 * 8).fill(0x4444);
 * metadata[0] = 0x4448;
 * metadata[8 * 8] = 0x449e;
 * const encoded = encodeMetadata24(metadata, { rows: 64, cols: 128 }, "wgmma-sm90");
 * assertEquals(new Uint32Array(encoded.buffer)[0], 0x449e4448);
 * ```
 */
export function encodeMetadata24(metadata: Uint16Array, shape: MatrixShape, layout: MetadataLayout24): Uint16Array {
  const { rows, words, offset } = placeMetadata("encode metadata", shape, layout);
  const sourceWords = metadataWords24(shape.cols);
  checkLength("encode metadata", "metadata", metadata.length, shape.rows * sourceWords);
  const encoded = new Uint16Array(rows * words);
  const partial = layout === "row-major" ? 0 : EMPTY_WORD & ~lastWordBits(shape.cols);
  if (layout !== "row-major") encoded.fill(EMPTY_WORD);
  for (let row = 0; row < shape.rows; row++) {
    const last = sourceWords - 1;
    for (let word = 0; word < last; word++) encoded[offset(row, word)] = metadata[row * sourceWords + word] ?? 0;
    if (last < 0) continue;
    const tail = (metadata[row * sourceWords + last] ?? 0) & lastWordBits(shape.cols);
    encoded[offset(row, last)] = tail | partial;
  }
  return encoded;
}
