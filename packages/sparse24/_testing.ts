import fc from "fast-check";
import type { MatrixShape } from "./matrix_shape.ts";

export { fc };

/** Values that break naive code: signed zeros, ties, subnormals, the largest float, infinities, NaN. */
const AWKWARD = [0, -0, 1, -1, 1, -1, 2, -2, 1e-45, -1e-45, 3.4028234663852886e38, Infinity, -Infinity, NaN];

/** A float32: often awkward, otherwise anything finite. */
export const float32: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);

/** A finite float32 in a range in which sums of a few are exact in float64; ties and zeros are frequent. */
export const tame: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -999, max: 999 }),
);

/** A matrix and its shape. */
export interface TestMatrix {
  readonly shape: MatrixShape;
  readonly values: Float32Array;
}

/** A random matrix whose sides are random multiples of the two units (zero included). */
export function matrix(element: fc.Arbitrary<number>, rowUnit: number, colUnit: number): fc.Arbitrary<TestMatrix> {
  return fc.tuple(fc.nat(6), fc.nat(9)).chain(([r, c]) => {
    const shape = { rows: r * rowUnit, cols: c * colUnit };
    const length = shape.rows * shape.cols;
    return fc.array(element, { minLength: length, maxLength: length })
      .map((values) => ({ shape, values: Float32Array.from(values) }));
  });
}

/** A random mask with at most `most` kept in every group of four. */
export function maskOf(length: number, most: number): fc.Arbitrary<Uint8Array> {
  const choices = Array.from({ length: 16 }, (_, code) => [code & 1, (code >> 1) & 1, (code >> 2) & 1, code >> 3])
    .filter((bits) => bits.reduce((sum, bit) => sum + bit, 0) <= most);
  return fc.array(fc.constantFrom(...choices), { minLength: length / 4, maxLength: length / 4 })
    .map((groups) => Uint8Array.from(groups.flat()));
}

/** Bits of float32 values, so that -0 and +0 differ and NaN equals itself. */
export function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.slice().buffer);
}

/** Transpose of a row-major matrix. */
export function transpose<T extends Float32Array | Uint8Array>(values: T, { rows, cols }: MatrixShape): T {
  const result = values.slice() as T;
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) result[c * rows + r] = values[r * cols + c] ?? 0;
  return result;
}

/** The four elements of every group along columns. */
export function groupsOf(values: Float32Array | Uint8Array): number[][] {
  return Array.from({ length: values.length / 4 }, (_, g) => [...values.slice(4 * g, 4 * g + 4)]);
}

/** Slow definition: places sorted by `key` descending, ties by index. NaN sorts above infinity. */
export function sortedPlaces(group: readonly number[], key: (value: number) => number): number[] {
  const rank = (value: number) => Number.isNaN(value) ? [1, 0] : [0, key(value)];
  return group.map((_, place) => place).sort((a, b) => {
    const [nanA = 0, keyA = 0] = rank(group[a] ?? 0);
    const [nanB = 0, keyB = 0] = rank(group[b] ?? 0);
    if (nanA !== nanB) return nanB - nanA;
    return keyA === keyB ? a - b : keyB > keyA ? 1 : -1;
  });
}

/**
 * Feeds `decode` random input: it must return whether its result is sound, or throw a SyntaxError. Fails when only one
 * of the two was ever seen, for then the input was no test.
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

/** Values that pass for arrays of numbers where nobody looks. */
const LOOKALIKES: readonly unknown[] = [
  [1, 2, 3, 4],
  [],
  "1234",
  4,
  null,
  undefined,
  { length: 4 },
  { length: 4, [Symbol.toStringTag]: "Float32Array" },
  new ArrayBuffer(16),
  new DataView(new ArrayBuffer(16)),
  new Uint8ClampedArray(4),
  new Int8Array(4),
  new Uint8Array(4),
  new Int16Array(4),
  new Uint16Array(4),
  new Int32Array(4),
  new Uint32Array(4),
  new BigUint64Array(4),
  new Float16Array(4),
  new Float32Array(4),
  new Float64Array(4),
];

/** Fails unless a call throws one of our TypeErrors for every lookalike but those of the named types. */
export function refusesOtherArrays(taken: string, call: (array: never) => unknown): void {
  for (const lookalike of LOOKALIKES) {
    const type = Object.prototype.toString.call(lookalike).slice(8, -1);
    if ((ArrayBuffer.isView(lookalike) || lookalike === undefined) && taken.split(" ").includes(type)) continue;
    try {
      call(lookalike as never);
    } catch (error) {
      const isOurs = error instanceof TypeError && /^Cannot .* must be an? /.test(error.message);
      if (isOurs && error.message.endsWith(`of type ${type}`)) continue;
      throw error;
    }
    throw new Error(`Cannot take ${type} for ${taken}, yet this does: ${call}`);
  }
}

/**
 * Fails if a call takes longer than it may: a hang is found after the fact only if it ends, so keep inputs moderate.
 */
export function worksWithin(milliseconds: number, call: () => void): void {
  const started = performance.now();
  call();
  const took = performance.now() - started;
  if (took > milliseconds) throw new Error(`Cannot take ${took} ms for so little input: ${milliseconds} ms are enough`);
}
