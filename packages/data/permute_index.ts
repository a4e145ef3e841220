const rounds = 4;

/** A well-mixed 32-bit hash (the finalizer of MurmurHash3) of two words. */
function mix(value: number, key: number): number {
  let hash = Math.imul(value ^ key, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The place of `index` in a shuffle of 0 to `count - 1`, without storing the shuffle.
 *
 * A balanced Feistel network over the least even number of bits that holds `count`, walked until it lands inside: a
 * bijection for every key, so that a data loader's whole state is a seed and two counters.
 *
 * @param index Integer in [0, count)
 * @param count Size of the shuffle, in [1, 2^30]
 * @param keys Integers that choose the shuffle, commonly seed and epoch; only their lowest 32 bits count
 * @returns Integer in [0, count), different for every index
 * @throws {RangeError} If `count` or `index` is out of bounds
 *
 * @example Shuffle ten items
 * ```ts
 * import { permuteIndex } from "@beyond24/data";
 * import { assertEquals } from "@std/assert";
 *
 * const shuffle = Array.from({ length: 10 }, (_, index) => permuteIndex(index, 10, [1, 0]));
 * assertEquals(shuffle.toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
 * ```
 */
export function permuteIndex(index: number, count: number, keys: readonly number[]): number {
  if (!Number.isInteger(count) || count < 1 || count > 2 ** 30) {
    throw new RangeError(`Cannot permute as count must be an integer from 1 to 2^30: current value is ${count}`);
  }
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`Cannot permute as index must be an integer below ${count}: current value is ${index}`);
  }
  const halfBits = Math.max(1, Math.ceil((32 - Math.clz32(count - 1)) / 2));
  const mask = 2 ** halfBits - 1;
  const key = keys.reduce((hash, part) => mix(hash, part | 0), 0x2545f491);
  let value = index;
  do {
    value = feistel(value, halfBits, mask, key);
  } while (value >= count);
  return value;
}

function feistel(value: number, halfBits: number, mask: number, key: number): number {
  let left = value >>> halfBits;
  let right = value & mask;
  for (let round = 0; round < rounds; round++) [left, right] = [right, left ^ (mix(right, mix(round, key)) & mask)];
  return left << halfBits | right;
}
