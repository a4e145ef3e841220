import { mix32 } from "./_mix32.ts";

/**
 * A 32-bit hash of 32-bit words: a random number that depends on nothing but its counters, so that every device draws
 * the same one and nothing has to be saved. From a state of 0, each word is combined by exclusive or and mixed: `x ^= x
 * >> 16; x *= 0x21f0aaad; x ^= x >> 15; x *= 0x735a2d97; x ^= x >> 15`, modulo 2^32 (the finalizer of splitmix32 with
 * the constants that hash-prospector found to have the least bias). A hash is thus a state that goes on with more
 * words: `hash32([a, b, c])` equals `hash32([hash32([a, b]) ^ c])`.
 *
 * @param words Whole numbers, each taken modulo 2^32.
 * @returns A whole number from 0 to 2^32 - 1.
 *
 * @example Every counter matters, and so does its place
 * ```ts
 * import { hash32 } from "@beyond24/sparse24";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * assertNotEquals(hash32([1, 2]), hash32([2, 1]));
 * assertEquals(hash32([1, 2, 3]), hash32([hash32([1, 2]) ^ 3]));
 * ```
 */
export function hash32(words: readonly number[]): number {
  return words.reduce((state, word) => mix32(state ^ word), 0) >>> 0;
}
