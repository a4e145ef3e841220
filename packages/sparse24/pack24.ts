import { checkGroupedMatrix, checkShape, filledRows } from "./_groups.ts";
import { floatBits } from "./_sort_key.ts";
import { checkArray, checkMetadata, checkMultiple, checkNibble, checkWhole } from "./check.ts";
import type { MatrixShape } from "./matrix_shape.ts";

/**
 * A 2:4 matrix in canonical packed form, the form that beyond24 stores and exchanges. Device layouts are derived from
 * it ({@linkcode encodeMetadata24}).
 */
export interface Packed24 {
  /** Rows of the dense matrix. */
  readonly rows: number;
  /** Columns of the dense matrix, a multiple of 4. */
  readonly cols: number;
  /** Two kept values per group of four, in ascending column: row-major `[rows, cols / 2]`. */
  readonly values: Float32Array;
  /**
   * One nibble per group ({@linkcode nibble24}), four groups to a 16-bit word with the lowest column in the lowest
   * bits: row-major `[rows, ceil(cols / 16)]`. Every row starts a new word; when `cols` is not a multiple of 16 the
   * unused high nibbles of a row's last word are 0.
   */
  readonly metadata: Uint16Array;
}

/**
 * Number of canonical metadata words in one row: `ceil(cols / 16)`.
 *
 * @param cols Columns of the dense matrix.
 * @returns Words of 16 bits.
 * @throws {RangeError} If `cols` is not a whole number >= 0.
 *
 * @example Five groups need two words
 * ```ts
 * import { metadataWords24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(metadataWords24(20), 2);
 * ```
 */
export function metadataWords24(cols: number): number {
  checkWhole("count metadata words", "cols", cols, 0);
  return Math.ceil(cols / 16);
}

/** The rule as torch writes it, in the bits m0..m3 of the mask. */
function completedNibble(mask: number): number {
  const m0 = (mask & 1) !== 0;
  const m1 = (mask & 2) !== 0;
  const m3 = (mask & 8) !== 0;
  return (!m0 && m1 ? 1 : 0) |
    (!m0 && !m1 ? 2 : 0) |
    ((m0 && m1) || (!m0 && !m1) || m3 ? 4 : 0) |
    ((!m0 && m1) || !m1 ? 8 : 0);
}

const NIBBLES = Uint8Array.from({ length: 16 }, (_, mask) => completedNibble(mask));

/**
 * The 2:4 metadata nibble of one group of four: low two bits the index of the first kept element, high two bits the
 * index of the second, always increasing.
 *
 * Masks with other than two bits get the completion that torch uses today (the one completion rule of beyond24): with
 * fewer than two bits every kept element stays and free ones join it (`0000` and `0001` keep elements 2 and 3, `1000`
 * keeps 0 and 2, `0100` keeps 1 and 2, `0010` keeps 2 and 3; masks written element 0 first). With three or four bits,
 * which no function of this package produces, torch keeps 0 and 1 when both are set, otherwise the first and element 3.
 *
 * @param mask Keep mask of the group, bit i = element i, 0..15.
 * @returns The nibble: one of 0x4, 0x8, 0x9, 0xC, 0xD, 0xE.
 * @throws {RangeError} If `mask` is not an integer from 0 to 15.
 *
 * @example Two kept elements, and an empty group
 * ```ts
 * import { nibble24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nibble24(0b1010), 1 | (3 << 2)); // elements 1 and 3
 * assertEquals(nibble24(0b0000), 2 | (3 << 2)); // completed with elements 2 and 3
 * ```
 */
export function nibble24(mask: number): number {
  const nibble = NIBBLES[mask];
  if (nibble === undefined) {
    throw new RangeError(`Cannot encode a group of four as its mask must lie in 0..15: current value is ${mask}`);
  }
  return nibble;
}

/** Keep mask of the group at `index` of a mask or matrix: its non-zeros, of which there may be two. */
function keepOf(array: Uint8Array | Float32Array, index: number, cols: number, rule: string): number {
  // `!== 0` keeps NaN, which must not vanish; -0 is zero.
  const keep = (array[index] !== 0 ? 1 : 0) | (array[index + 1] !== 0 ? 2 : 0) | (array[index + 2] !== 0 ? 4 : 0) |
    (array[index + 3] !== 0 ? 8 : 0);
  // Clearing the lowest set bit twice leaves something exactly when three or more are set.
  const withoutLowest = keep & (keep - 1);
  if ((withoutLowest & (withoutLowest - 1)) === 0) return keep;
  const where = `in row ${Math.floor(index / cols)} from column ${index % cols}`;
  throw new RangeError(`Cannot pack as ${rule}, ${where}: current value is ${keep === 15 ? 4 : 3}`);
}

/**
 * Packs a matrix into canonical 2:4 form.
 *
 * With a mask, exactly the masked positions are stored, true zeros included. Without one, the matrix must be 2:4
 * already, such as a soft-thresholded one: its non-zeros are stored (-0 counts as zero, NaN does not), and nothing is
 * lost. To drop elements pass the mask that says which, as {@linkcode prune24} makes it.
 *
 * Groups that keep fewer than two elements are completed as torch does today ({@linkcode nibble24}); the value stored
 * in a completed place is +0.
 *
 * @param values Dense matrix, row-major, `rows * cols` elements.
 * @param shape Size of the matrix; `cols` must be a multiple of 4 (not of 16: see {@linkcode Packed24.metadata}).
 * @param mask Optional mask of the same length; non-zero = kept, at most two per group of four.
 * @returns The packed matrix.
 * @throws {TypeError} If an array is of another type or length, or `cols` is not a multiple of 4.
 * @throws {RangeError} If a size is not valid or more than two of four would have to be stored.
 *
 * @example Pack and unpack
 * ```ts
 * import { pack24, prune24, unpack24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { rows: 1, cols: 4 };
 * const packed = pack24(Float32Array.of(0, 5, 0, -2), shape);
 * assertEquals(packed.values, Float32Array.of(5, -2));
 * assertEquals(packed.metadata, Uint16Array.of(0xd));
 * assertEquals(unpack24(packed), Float32Array.of(0, 5, 0, -2));
 *
 * const dense = Float32Array.of(1, 5, 3, -4);
 * assertEquals(unpack24(pack24(dense, shape, prune24(dense, shape))), Float32Array.of(0, 5, 0, -4));
 * ```
 */
export function pack24(values: Float32Array, shape: MatrixShape, mask?: Uint8Array): Packed24 {
  checkGroupedMatrix("pack", "values", values, ["Float32Array"], shape);
  if (mask !== undefined) checkArray("pack", "mask", mask, ["Uint8Array"], values.length);
  const rule = mask === undefined
    ? "a group of four must have at most two non-zeros (or a mask says which to keep)"
    : "the mask must keep at most two of four";
  const { rows, cols } = shape;
  const words = metadataWords24(cols);
  const packed = new Float32Array(values.length / 2);
  const metadata = new Uint16Array(rows * words);
  // Copied as bits: a NaN that passes through a number may lose its payload.
  const source = floatBits(values);
  const target = floatBits(packed);
  for (let row = 0; row < filledRows(shape); row++) {
    for (let group = 0; group < cols / 4; group++) {
      const index = row * cols + 4 * group;
      const keep = keepOf(mask ?? values, index, cols, rule);
      const nibble = nibble24(keep);
      const first = nibble & 3;
      const second = nibble >> 2;
      if ((keep >> first) & 1) target[index / 2] = source[index + first] ?? 0;
      if ((keep >> second) & 1) target[index / 2 + 1] = source[index + second] ?? 0;
      const word = row * words + (group >> 2);
      metadata[word] = (metadata[word] ?? 0) | (nibble << (4 * (group & 3)));
    }
  }
  return { rows, cols, values: packed, metadata };
}

/** Throws unless the arrays of a packed matrix have the types and lengths that its size asks for. */
function checkPacked(verb: string, packed: Packed24): void {
  checkShape(verb, packed);
  checkMultiple(verb, "cols", packed.cols, 4);
  checkArray(verb, "values", packed.values, ["Float32Array"], packed.rows * packed.cols / 2);
  checkMetadata(verb, packed.metadata, packed.rows, packed.cols / 4);
}

/** Visits every group of a packed matrix that was checked, with the index of its first dense element and its nibble. */
function eachGroup(verb: string, packed: Packed24, visit: (index: number, nibble: number) => void): void {
  const { cols, values, metadata } = packed;
  const words = metadataWords24(cols);
  for (let row = 0; row < filledRows(packed); row++) {
    for (let group = 0; group < cols / 4; group++) {
      const index = row * cols + 4 * group;
      const nibble = ((metadata[row * words + (group >> 2)] ?? 0) >> (4 * (group & 3))) & 15;
      checkNibble(verb, nibble, values[index / 2] ?? 0, values[index / 2 + 1] ?? 0, row, group);
      visit(index, nibble);
    }
  }
}

/**
 * Dense matrix of a packed one: kept values in their places, +0 elsewhere. `unpack24(pack24(values, shape, mask))` is
 * `values` where the mask keeps and 0 where it does not.
 *
 * Accepts every nibble whose indices increase, and also CUTLASS's empty group (equal indices with two zero values).
 *
 * @param packed The packed matrix.
 * @returns Dense matrix, row-major, `rows * cols` elements.
 * @throws {TypeError} If `cols` is not a multiple of 4 or an array is of another type or length.
 * @throws {RangeError} If a size is not valid.
 * @throws {SyntaxError} If a metadata nibble is not legal, or an unused one is not 0.
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
  const dense = new Float32Array(2 * packed.values.length);
  // Copied as bits: a NaN that passes through a number may lose its payload.
  const source = floatBits(packed.values);
  const target = floatBits(dense);
  eachGroup("unpack", packed, (index, nibble) => {
    target[index + (nibble & 3)] = source[index / 2] ?? 0;
    target[index + (nibble >> 2)] = source[index / 2 + 1] ?? 0;
  });
  return dense;
}

/**
 * The mask that a packed matrix stores: 1 at the two places that each nibble names, completed places included.
 *
 * @param packed The packed matrix.
 * @returns Mask of 0 and 1, row-major, `rows * cols` elements.
 * @throws {TypeError} If `cols` is not a multiple of 4 or an array is of another type or length.
 * @throws {RangeError} If a size is not valid.
 * @throws {SyntaxError} If a metadata nibble is not legal, or an unused one is not 0.
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
  const mask = new Uint8Array(2 * packed.values.length);
  eachGroup("unpack", packed, (index, nibble) => {
    mask[index + (nibble & 3)] = 1;
    mask[index + (nibble >> 2)] = 1;
  });
  return mask;
}
