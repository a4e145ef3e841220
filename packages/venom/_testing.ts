import fc from "fast-check";
import type { VnmFormat } from "./vnm_format.ts";

// The same cases in every run: a failure here is a failure everywhere.
fc.configureGlobal({ seed: 24 });

export { fc };

/** Values that break naive code: signed zeros, ties, subnormals, the largest float, infinities, NaN. */
const AWKWARD = [0, 0, -0, 1, -1, 2, 1e-45, 3.4028234663852886e38, Infinity, -Infinity, NaN];

/** A float32: often awkward, otherwise anything finite. */
export const float32: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);

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

/** Bits of float32 values, so that -0 and +0 differ and NaN equals itself. */
export function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.slice().buffer);
}

/** Repeatable numbers in -1..1 without ties. */
export function waves(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * (i + seed)));
}

/** Repeatable noise in -1..1: a linear congruential generator. */
export function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Removes random bits of a mask: it stays V:N:M, with deficient rows and blocks. */
export function thin(mask: Uint8Array, seed: number): Uint8Array {
  return mask.map((bit, i) => Math.sin((i + seed) * 12.9898) > 0.3 ? 0 : bit);
}

/**
 * Feeds `decode` random input: it must return whether its result is sound, or throw a SyntaxError. Fails when only one of
 * the two was ever seen, for then the input was no test.
 */
export function fuzz<T>(input: fc.Arbitrary<T>, decode: (input: T) => boolean): void {
  const seen = { sound: 0, refused: 0 };
  const run = (value: T): boolean => {
    try {
      seen.sound++;
      return decode(value);
    } catch (error) {
      seen.sound--;
      seen.refused++;
      return error instanceof SyntaxError;
    }
  };
  fc.assert(fc.property(input, run), { numRuns: 500 });
  if (seen.sound > 0 && seen.refused > 0) return;
  throw new Error(`Cannot fuzz as both outcomes must occur: current value is ${JSON.stringify(seen)}`);
}
