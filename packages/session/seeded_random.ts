/**
 * A small source of random numbers (mulberry32): the same seed gives the same numbers everywhere.
 *
 * @param seed An integer; its lowest 32 bits count
 * @returns A function that gives numbers in [0, 1)
 *
 * @example Draw twice
 * ```ts
 * import { seededRandom } from "@beyond24/session";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(seededRandom(7)(), seededRandom(7)());
 * ```
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let hash = Math.imul(state ^ (state >>> 15), 1 | state);
    hash = hash + Math.imul(hash ^ (hash >>> 7), 61 | hash) ^ hash;
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32;
  };
}
