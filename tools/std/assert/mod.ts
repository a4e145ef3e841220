/**
 * Offline stand-in for the few functions of `jsr:@std/assert` that this repository uses, over `node:assert`.
 *
 * `deno.json` links it so that the suite runs where JSR cannot be reached; the GitHub workflow also runs the suite
 * without the link, against the real package.
 * @module
 */
import { AssertionError, deepStrictEqual, notDeepStrictEqual } from "node:assert";
import { isDeepStrictEqual } from "node:util";

/** The error every failed assertion throws. */
export { AssertionError };

function fail(message: string): never {
  throw new AssertionError({ message });
}

/** Fails unless `condition` is truthy. */
export function assert(condition: unknown, message = "Expected a truthy value"): asserts condition {
  if (!condition) fail(message);
}

/** Fails unless `condition` is falsy. */
export function assertFalse(condition: unknown, message = "Expected a falsy value"): asserts condition is false {
  if (condition) fail(message);
}

/** Fails unless both values are deeply and strictly equal. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  // The differences of two models, line by line, would take all memory there is.
  if (isLong(actual) && isLong(expected)) fail(message ?? firstDifference(actual, expected));
  deepStrictEqual(actual, expected, message);
}

type Numbers = Uint8Array | Float32Array | Int32Array;

function isLong(value: unknown): value is Numbers {
  return (value instanceof Uint8Array || value instanceof Float32Array || value instanceof Int32Array) &&
    value.length > 1000;
}

function firstDifference(actual: Numbers, expected: Numbers): string {
  const index = actual.findIndex((value, at) => !Object.is(value, expected[at]));
  const values = index === -1 ? "" : `, first at ${index}: ${actual[index]} instead of ${expected[index]}`;
  return `Expected ${expected.length} equal numbers, found ${actual.length} that differ${values}`;
}

/** Fails if both values are deeply and strictly equal. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  notDeepStrictEqual(actual, expected, message);
}

/** Fails unless both numbers lie within `tolerance` of each other. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, message?: string): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected) * 1e-7 : 1e-7);
  if (Math.abs(actual - expected) <= allowed) return;
  fail(`${message ? `${message}: ` : ""}Expected ${actual} to be within ${allowed} of ${expected}`);
}

/** Fails unless `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, message?: string): void {
  if (!(actual > expected)) fail(message ?? `Expected ${actual} > ${expected}`);
}

/** Fails unless `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void {
  if (!(actual >= expected)) fail(message ?? `Expected ${actual} >= ${expected}`);
}

/** Fails unless `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, message?: string): void {
  if (!(actual < expected)) fail(message ?? `Expected ${actual} < ${expected}`);
}

/** Fails unless `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void {
  if (!(actual <= expected)) fail(message ?? `Expected ${actual} <= ${expected}`);
}

/** Fails unless `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  if (!actual.includes(expected)) fail(message ?? `Expected "${actual}" to include "${expected}"`);
}

/** Fails unless `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  if (!expected.test(actual)) fail(message ?? `Expected "${actual}" to match ${expected}`);
}

// deno-lint-ignore no-explicit-any -- the signature of the real package: any constructor of an error
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

function checkError<E extends Error>(error: unknown, type?: ErrorClass<E>, includes?: string): E {
  if (!(error instanceof Error)) fail(`Expected an Error, found ${String(error)}`);
  if (type && !(error instanceof type)) {
    fail(`Expected ${type.name}, found ${error.constructor.name}: ${error.message}`);
  }
  if (includes !== undefined && !error.message.includes(includes)) {
    fail(`Expected the message to include "${includes}", found "${error.message}"`);
  }
  return error as E;
}

/** Fails unless `run` throws an error of `type` whose message includes `includes`; returns the error. */
export function assertThrows<E extends Error = Error>(run: () => unknown, type?: ErrorClass<E>, includes?: string): E {
  try {
    run();
  } catch (error) {
    return checkError(error, type, includes);
  }
  fail("Expected the function to throw");
}

/** Fails unless `run` rejects with an error of `type` whose message includes `includes`; resolves to the error. */
export async function assertRejects<E extends Error = Error>(
  run: () => PromiseLike<unknown>,
  type?: ErrorClass<E>,
  includes?: string,
): Promise<E> {
  try {
    await run();
  } catch (error) {
    return checkError(error, type, includes);
  }
  fail("Expected the promise to reject");
}
