/** What a device may compute: numbers in order. */
export type Numbers = ArrayLike<number>;

/** ‖actual − expected‖ / ‖expected‖; the norm of `actual` where `expected` is zero; NaN when `actual` holds a NaN. */
export function relativeError(actual: Numbers, expected: Numbers): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    const reference = expected[i] ?? NaN;
    difference += ((actual[i] ?? NaN) - reference) ** 2;
    norm += reference ** 2;
  }
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
}

/**
 * Fails unless `actual` is `expected` up to `tolerance`: in the relative error of the whole, and for each element up to
 * eight times that of its own and the typical magnitude, so that one wrong element in a large tensor shows.
 *
 * @throws {Error} when it is not, with the error and the worst element
 */
export function assertClose(actual: Numbers, expected: Numbers, tolerance: number, what: string): void {
  if (actual.length !== expected.length) {
    throw new Error(`${what}: expected ${expected.length} elements, got ${actual.length}`);
  }
  const error = relativeError(actual, expected);
  if (!(error <= tolerance)) {
    throw new Error(`${what}: relative error ${error} > ${tolerance}${worst(actual, expected)}`);
  }
  const typical = Math.sqrt(Array.from(expected).reduce((sum, value) => sum + value ** 2, 0) / expected.length);
  for (let i = 0; i < expected.length; i++) {
    const reference = expected[i] ?? NaN;
    const allowed = 8 * tolerance * (Math.abs(reference) + typical);
    if (Math.abs((actual[i] ?? NaN) - reference) <= allowed) continue;
    throw new Error(`${what}: element ${i} should be ${reference} up to ${allowed}: current value is ${actual[i]}`);
  }
}

/**
 * Fails unless both hold the same numbers (NaN equals NaN, -0 equals 0).
 *
 * @throws {Error} when they do not, with the first that differs
 */
export function assertSame(actual: Numbers, expected: Numbers, what: string): void {
  if (actual.length !== expected.length) {
    throw new Error(`${what}: expected ${expected.length} elements, got ${actual.length}`);
  }
  for (let i = 0; i < expected.length; i++) {
    const [a = NaN, b = NaN] = [actual[i], expected[i]];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    throw new Error(`${what}: element ${i} should be ${b}: current value is ${a}`);
  }
}

/**
 * Fails unless a call throws a TypeError.
 *
 * @throws {Error} when it returns or throws another error
 */
export function assertTypeError(call: () => void, what: string): void {
  try {
    call();
  } catch (error) {
    if (error instanceof TypeError) return;
    throw new Error(`${what}: expected a TypeError, got ${error}`);
  }
  throw new Error(`${what}: expected a TypeError, got none`);
}

function worst(actual: Numbers, expected: Numbers): string {
  let index = 0;
  let largest = -1;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN));
    if (difference <= largest) continue;
    index = i;
    largest = difference;
    if (Number.isNaN(difference)) break;
  }
  return ` (element ${index} should be ${expected[index]}: current value is ${actual[index]})`;
}
