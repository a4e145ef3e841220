import { checkGroupedMatrix, checkLength } from "./_check.ts";
import { floatBits, magnitudeKey } from "./_sort_key.ts";
import { keepTwo24 } from "./keep_two24.ts";
import type { MatrixShape } from "./matrix_shape.ts";
import { metadataWords24 } from "./metadata_words24.ts";
import { nibble24 } from "./nibble24.ts";
import type { Packed24 } from "./packed24.ts";

/** Keep mask of the group at `index`: the non-zeros among its two largest magnitudes. */
function keepLargest(bits: Int32Array, index: number): number {
  const k0 = magnitudeKey(bits[index] ?? 0);
  const k1 = magnitudeKey(bits[index + 1] ?? 0);
  const k2 = magnitudeKey(bits[index + 2] ?? 0);
  const k3 = magnitudeKey(bits[index + 3] ?? 0);
  const nonZero = (k0 === 0 ? 0 : 1) | (k1 === 0 ? 0 : 2) | (k2 === 0 ? 0 : 4) | (k3 === 0 ? 0 : 8);
  return keepTwo24(k0, k1, k2, k3) & nonZero;
}

/** Keep mask of the group at `index`, read from the caller's mask. */
function keepMasked(mask: Uint8Array, index: number, cols: number): number {
  const keep = (mask[index] ? 1 : 0) | (mask[index + 1] ? 2 : 0) | (mask[index + 2] ? 4 : 0) |
    (mask[index + 3] ? 8 : 0);
  // Clearing the lowest set bit twice leaves something exactly when three or more are set.
  const withoutLowest = keep & (keep - 1);
  if ((withoutLowest & (withoutLowest - 1)) === 0) return keep;
  const kept = keep === 15 ? 4 : 3;
  const row = Math.floor(index / cols);
  throw new RangeError(
    `Cannot pack as the mask must keep at most two of four, in row ${row} from column ${index % cols}: ` +
      `current value is ${kept}`,
  );
}

/**
 * Packs a matrix into canonical 2:4 form.
 *
 * With a mask, exactly the masked positions are stored, true zeros included. Without one, every group keeps its two
 * largest magnitudes (ties to the lowest index), and zeros (-0 too) count as not kept: a matrix that is 2:4 already,
 * such as a soft-thresholded one, is stored without loss.
 *
 * Groups that keep fewer than two elements are completed as torch does today ({@linkcode nibble24}); the value stored in
 * a completed place is +0. NaN counts as the largest magnitude and is therefore stored.
 *
 * @param values Dense matrix, row-major, `rows * cols` elements.
 * @param shape Size of the matrix; `cols` must be a multiple of 4 (not of 16: see {@linkcode Packed24.metadata}).
 * @param mask Optional mask of the same length; non-zero = kept, at most two per group of four.
 * @returns The packed matrix.
 * @throws {TypeError} If a length does not match or `cols` is not a multiple of 4.
 * @throws {RangeError} If a size is not valid or the mask keeps more than two of four.
 *
 * @example Pack and unpack
 * ```ts
 * import { pack24, unpack24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const packed = pack24(Float32Array.of(0, 5, 0, -2), { rows: 1, cols: 4 });
 * assertEquals(packed.values, Float32Array.of(5, -2));
 * assertEquals(packed.metadata, Uint16Array.of(0xd));
 * assertEquals(unpack24(packed), Float32Array.of(0, 5, 0, -2));
 * ```
 */
export function pack24(values: Float32Array, shape: MatrixShape, mask?: Uint8Array): Packed24 {
  checkGroupedMatrix("pack", "values", values.length, shape);
  if (mask) checkLength("pack", "mask", mask.length, values.length);
  const { rows, cols } = shape;
  const words = metadataWords24(cols);
  const packed = new Float32Array(rows * cols / 2);
  const metadata = new Uint16Array(rows * words);
  const bits = floatBits(values);
  for (let row = 0; row < rows; row++) {
    for (let group = 0; group < cols / 4; group++) {
      const index = row * cols + 4 * group;
      const keep = mask ? keepMasked(mask, index, cols) : keepLargest(bits, index);
      const nibble = nibble24(keep);
      const first = nibble & 3;
      const second = nibble >> 2;
      if ((keep >> first) & 1) packed[index / 2] = values[index + first] ?? 0;
      if ((keep >> second) & 1) packed[index / 2 + 1] = values[index + second] ?? 0;
      const word = row * words + (group >> 2);
      metadata[word] = (metadata[word] ?? 0) | (nibble << (4 * (group & 3)));
    }
  }
  return { rows, cols, values: packed, metadata };
}
