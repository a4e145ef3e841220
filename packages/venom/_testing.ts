import { bitsOf, fc, float32, fuzz, refusesOtherArrays, worksWithin } from "../sparse24/_testing.ts";
import type { VnmFormat } from "./vnm_format.ts";

export { bitsOf, fc, float32, fuzz, refusesOtherArrays, worksWithin };

/** Small whole numbers: sums are exact, ties and zeros are frequent. */
export const tame: fc.Arbitrary<number> = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -99, max: 99 }));

/** A matrix and its format. */
export interface TestMatrix {
  readonly format: VnmFormat;
  readonly values: Float32Array;
}

/** A random matrix in a random format: any remainder group, any number of row blocks, zero included. */
export function matrix(element: fc.Arbitrary<number>, maxM = 10): fc.Arbitrary<TestMatrix> {
  const formats = fc.record({
    blocks: fc.nat(3),
    cols: fc.nat(26),
    v: fc.integer({ min: 1, max: 6 }),
    m: fc.integer({ min: 4, max: maxM }),
  });
  return formats.chain(({ blocks, cols, v, m }) => {
    const format = { rows: blocks * v, cols, v, n: 2, m };
    const length = format.rows * cols;
    return fc.array(element, { minLength: length, maxLength: length })
      .map((values) => ({ format, values: Float32Array.from(values) }));
  });
}

/** Repeatable numbers in -1..1 without ties. */
export function waves(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * (i + seed)));
}

/** Removes random bits of a mask: it stays V:N:M, with deficient rows and blocks. */
export function thin(mask: Uint8Array, seed: number): Uint8Array {
  return mask.map((bit, i) => Math.sin((i + seed) * 12.9898) > 0.3 ? 0 : bit);
}
