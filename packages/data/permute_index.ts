import { hash32 } from "@beyond24/sparse24";

/**
 * How items are shuffled. `swap-or-not` is uniform at every size; `feistel` is what runs did before it, visibly not
 * uniform for a few items, and stays so that they go on in their order.
 */
export type Shuffle = "swap-or-not" | "feistel";

/** What each shuffle does. */
const places: Readonly<Record<Shuffle, typeof swapOrNot>> = { "swap-or-not": swapOrNot, "feistel": walkFeistel };

/**
 * The place of `index` in a shuffle of 0 to `count - 1`, without storing the shuffle: a bijection for every key, so
 * that a data loader's whole state is a seed and two counters.
 *
 * It is the swap-or-not shuffle (Hoang, Morris and Rogaway 2012, arXiv 1208.1176) of 64 rounds: each pairs the places
 * by reflection at a random one and exchanges the two of a pair or not, by a random bit. Every round halves what is
 * left of an item's old place, at any size. Random numbers are {@linkcode hash32} of key, round and place.
 *
 * @param index Integer in [0, count)
 * @param count Size of the shuffle, in [1, 2^30]
 * @param keys Integers that choose the shuffle, commonly seed and epoch; only their lowest 32 bits count
 * @param shuffle How to shuffle. Default: swap-or-not
 * @returns Integer in [0, count), different for every index
 * @throws {RangeError} If `count` or `index` is out of bounds, or there is no such shuffle
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
export function permuteIndex(
  index: number,
  count: number,
  keys: readonly number[],
  shuffle: Shuffle = "swap-or-not",
): number {
  if (!Number.isInteger(count) || count < 1 || count > 2 ** 30) {
    throw new RangeError(`Cannot permute as count must be an integer from 1 to 2^30: current value is ${count}`);
  }
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`Cannot permute as index must be an integer below ${count}: current value is ${index}`);
  }
  if (!Object.hasOwn(places, shuffle)) {
    throw new RangeError(
      `Cannot permute as shuffle must be one of ${Object.keys(places).join(", ")}: current value is ${shuffle}`,
    );
  }
  return places[shuffle](index, count, keys);
}

const swapRounds = 64;

function swapOrNot(index: number, count: number, keys: readonly number[]): number {
  const key = hash32(keys);
  let place = index;
  for (let round = 0; round < swapRounds; round++) {
    const roundKey = hash32([key ^ round]);
    const pivot = Math.floor(roundKey / 2 ** 32 * count);
    const partner = (pivot + count - place) % count;
    // One bit for both places of a pair, whichever of them is asked for.
    if (hash32([roundKey ^ Math.max(place, partner)]) >= 2 ** 31) place = partner;
  }
  return place;
}

const feistelRounds = 4;

/** A balanced Feistel network over the least even number of bits that holds `count`, walked until it lands inside. */
function walkFeistel(index: number, count: number, keys: readonly number[]): number {
  const halfBits = Math.max(1, Math.ceil((32 - Math.clz32(count - 1)) / 2));
  const mask = 2 ** halfBits - 1;
  const key = keys.reduce((hash, part) => mix(hash, part | 0), 0x2545f491);
  let value = index;
  do {
    value = feistel(value, halfBits, mask, key);
  } while (value >= count);
  return value;
}

/** A well-mixed 32-bit hash (the finalizer of MurmurHash3) of two words. */
function mix(value: number, key: number): number {
  let hash = Math.imul(value ^ key, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function feistel(value: number, halfBits: number, mask: number, key: number): number {
  let left = value >>> halfBits;
  let right = value & mask;
  for (let round = 0; round < feistelRounds; round++) {
    [left, right] = [right, left ^ (mix(right, mix(round, key)) & mask)];
  }
  return left << halfBits | right;
}
