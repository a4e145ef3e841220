import { checkShape, filledRows } from "./_groups.ts";
import { checkArray, checkMetadata, checkMultiple } from "./check.ts";
import type { MatrixShape } from "./matrix_shape.ts";
import { metadataWords24 } from "./pack24.ts";

/** How the 16-bit metadata words (one row, 16 columns) lie in memory. Documented at `encodeMetadata24`. */
export type MetadataLayout24 = "row-major" | "cutlass-sm80" | "cutlass-sm90-8bit" | "wgmma-sm90";

/** Where a layout puts its words: every layout here is a permutation of whole 16-bit words. */
interface MetadataPlacement {
  /** Rows of the buffer, after padding. */
  readonly rows: number;
  /** Words in a row of the buffer, after padding. */
  readonly words: number;
  /** Position of the word of row `row` and columns `16 * word ..`. */
  readonly offset: (row: number, word: number) => number;
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** formats.md 5 counts bytes of eight columns; two of them are one word of sixteen. */
function placeSm90EightBit(shape: MatrixShape): MetadataPlacement {
  const rows = roundUp(shape.rows, 64);
  const words = roundUp(shape.cols, 128) / 16;
  return { rows, words, offset: (row, word) => (word >> 3) * rows * 8 + row * 8 + (word & 7) };
}

/** Tiles of 64 rows x 128 columns, rows of tiles first; a 32-bit word joins rows m (low) and m + 8 (high). */
function placeWgmma(shape: MatrixShape): MetadataPlacement {
  const rows = roundUp(shape.rows, 64);
  const words = roundUp(shape.cols, 128) / 16;
  const offset = (row: number, word: number) => {
    const tile = (word >> 3) * (rows / 64) + Math.floor(row / 64);
    const warp = (row % 64) >> 4;
    const step = (word & 7) >> 1;
    const register = ((warp * 2 + (word & 1)) * 8 + (row & 7)) * 4 + step;
    return tile * 512 + register * 2 + ((row & 15) >> 3);
  };
  return { rows, words, offset };
}

/** Row permutation, then two word columns interleaved; torch's 16-bit reorder. Never padded. */
function placeSm80(verb: string, shape: MatrixShape): MetadataPlacement {
  checkMultiple(verb, 'rows of layout "cutlass-sm80"', shape.rows, 32);
  checkMultiple(verb, 'cols of layout "cutlass-sm80"', shape.cols, 32);
  const { rows } = shape;
  const offset = (row: number, word: number) =>
    (word >> 1) * 2 * rows + Math.floor(row / 32) * 64 + (row & 7) * 8 + ((row & 31) >> 4) * 4 + (word & 1) * 2 +
    ((row >> 3) & 1);
  return { rows, words: shape.cols / 16, offset };
}

/** The placement of `layout` for a matrix of this size. */
function placeMetadata(verb: string, shape: MatrixShape, layout: MetadataLayout24): MetadataPlacement {
  checkShape(verb, shape);
  checkMultiple(verb, "cols", shape.cols, 4);
  if (layout === "cutlass-sm80") return placeSm80(verb, shape);
  if (layout === "cutlass-sm90-8bit") return placeSm90EightBit(shape);
  if (layout === "wgmma-sm90") return placeWgmma(shape);
  if (layout !== "row-major") {
    throw new RangeError(
      `Cannot ${verb} as layout must be "row-major", "cutlass-sm80", "cutlass-sm90-8bit" or "wgmma-sm90": ` +
        `current value is ${layout}`,
    );
  }
  const words = metadataWords24(shape.cols);
  return { rows: shape.rows, words, offset: (row, word) => row * words + word };
}

/** The bits of a row's last metadata word that belong to real columns. */
function lastWordBits(cols: number): number {
  return cols % 16 === 0 ? 0xffff : (1 << (cols % 16)) - 1;
}

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
 * @throws {TypeError} If the array is of another type, or a length or size does not fit the layout.
 * @throws {RangeError} If a size or the layout's name is not valid.
 * @throws {SyntaxError} If an unused nibble of canonical metadata is not 0.
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
  checkMetadata("encode metadata", metadata, shape.rows, shape.cols / 4);
  const sourceWords = metadataWords24(shape.cols);
  const encoded = new Uint16Array(rows * words);
  const unused = layout === "row-major" ? 0 : EMPTY_WORD & ~lastWordBits(shape.cols);
  if (layout !== "row-major") encoded.fill(EMPTY_WORD);
  for (let row = 0; row < filledRows(shape); row++) {
    for (let word = 0; word < sourceWords; word++) {
      encoded[offset(row, word)] = (metadata[row * sourceWords + word] ?? 0) | (word === sourceWords - 1 ? unused : 0);
    }
  }
  return encoded;
}

/**
 * Canonical metadata of a device buffer: the inverse of {@linkcode encodeMetadata24}. Padding of a device's layout is
 * dropped, whatever it holds; `"row-major"` is canonical and has zeros there. Nibbles are moved, not judged; {@linkcode
 * unpack24} does that.
 *
 * @param encoded The buffer in device order, seen as bytes, 16-bit or 32-bit words (little-endian).
 * @param shape Size of the dense matrix; `cols` must be a multiple of 4.
 * @param layout Name of the layout.
 * @returns Canonical metadata, `rows * ceil(cols / 16)` words.
 * @throws {TypeError} If the array is of another type, or a length or size does not fit the layout.
 * @throws {RangeError} If a size or the layout's name is not valid.
 * @throws {SyntaxError} If an unused nibble of canonical metadata is not 0.
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
  const verb = "decode metadata";
  const { rows, words, offset } = placeMetadata(verb, shape, layout);
  checkArray(verb, "the buffer", encoded, ["Uint8Array", "Uint16Array", "Uint32Array"]);
  if (encoded.byteLength !== rows * words * 2) {
    throw new TypeError(
      `Cannot ${verb} as the length of the buffer in bytes must be ${rows * words * 2}: ` +
        `current value is ${encoded.byteLength}`,
    );
  }
  const source = wordsOf(encoded);
  if (layout === "row-major") checkMetadata(verb, source, shape.rows, shape.cols / 4);
  const targetWords = metadataWords24(shape.cols);
  const metadata = new Uint16Array(shape.rows * targetWords);
  for (let row = 0; row < filledRows(shape); row++) {
    const last = row * targetWords + targetWords - 1;
    for (let word = 0; word < targetWords; word++) metadata[row * targetWords + word] = source[offset(row, word)] ?? 0;
    metadata[last] = (metadata[last] ?? 0) & lastWordBits(shape.cols);
  }
  return metadata;
}

/** The 16-bit words of a buffer. A view of bytes may start at an odd offset, where words cannot be read in place. */
function wordsOf(encoded: Uint8Array | Uint16Array | Uint32Array): Uint16Array {
  const { buffer, byteOffset, byteLength } = encoded;
  if (byteOffset % 2 === 0) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  // Not `encoded.slice()`: of a `Buffer`, that is another view of the same bytes.
  return new Uint16Array(new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength)).buffer);
}
