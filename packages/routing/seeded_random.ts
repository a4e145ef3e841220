/**
 * A small source of random numbers: mulberry32 over the low 32 bits of the seed. Integer arithmetic only, so the same
 * seed gives the same numbers, and the same clusters, on every machine.
 *
 * @param seed An integer; its lowest 32 bits count
 * @returns A function that gives numbers in [0, 1)
 *
 * @example Draw twice
 * ```ts
 * import { seededRandom } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(seededRandom(7)(), seededRandom(7)());
 * ```
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
