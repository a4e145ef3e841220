import { checkMultiple, checkShape } from "./_check.ts";
import type { MatrixShape } from "./matrix_shape.ts";
import { metadataWords24 } from "./metadata_words24.ts";

/** How the 16-bit metadata words (one row, 16 columns) lie in memory. Documented at `encodeMetadata24`. */
export type MetadataLayout24 = "row-major" | "cutlass-sm80" | "cutlass-sm90-8bit" | "wgmma-sm90";

/** Where a layout puts its words: every layout here is a permutation of whole 16-bit words. */
export interface MetadataPlacement {
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
export function placeMetadata(verb: string, shape: MatrixShape, layout: MetadataLayout24): MetadataPlacement {
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

/** The bits of a row's last canonical word that belong to real columns. */
export function lastWordBits(cols: number): number {
  return cols % 16 === 0 ? 0xffff : (1 << (cols % 16)) - 1;
}
