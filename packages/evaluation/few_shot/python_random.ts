const words = 624;

/**
 * The random numbers of Python's `random.Random(seed)`: MT19937 (Matsumoto and Nishimura 1998), seeded as CPython does.
 *
 * @example The first draw of seed 1234
 * ```ts
 * import { PythonRandom } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new PythonRandom(1234).sample(10, 3), [7, 1, 0]);
 * ```
 */
export class PythonRandom {
  readonly #state = new Uint32Array(words);
  #used = words;

  /**
   * Begins a sequence.
   *
   * @param seed Integer in [0, 2^32)
   */
  constructor(seed: number) {
    seedState(this.#state, seed >>> 0);
  }

  /**
   * Places of a sample without replacement, as `random.sample` chooses them.
   *
   * @param population Size of what is drawn from
   * @param count How many are drawn
   * @returns Places in the order in which they are drawn
   * @throws {RangeError} If more are asked for than there are
   */
  sample(population: number, count: number): number[] {
    if (count > population) {
      throw new RangeError(`Cannot draw ${count} examples as there are fewer: current value is ${population}`);
    }
    // CPython draws from a list while that is smaller than a set would be.
    const setSize = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
    return population <= setSize ? this.#sampleList(population, count) : this.#sampleSet(population, count);
  }

  #sampleList(population: number, count: number): number[] {
    const pool = Array.from({ length: population }, (_, place) => place);
    return Array.from({ length: count }, (_, drawn) => {
      const last = population - drawn - 1;
      const place = this.#below(last + 1);
      const result = pool[place] ?? 0;
      pool[place] = pool[last] ?? 0;
      return result;
    });
  }

  #sampleSet(population: number, count: number): number[] {
    const drawn = new Set<number>();
    while (drawn.size < count) drawn.add(this.#below(population));
    return [...drawn];
  }

  /** An integer in [0, limit): bits are drawn until they are below. */
  #below(limit: number): number {
    const unused = Math.clz32(limit);
    for (;;) {
      const value = this.#word() >>> unused;
      if (value < limit) return value;
    }
  }

  #word(): number {
    if (this.#used === words) {
      twist(this.#state);
      this.#used = 0;
    }
    let word = this.#state[this.#used++] ?? 0;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }
}

/** `init_by_array` with one word. */
function seedState(state: Uint32Array, seed: number): void {
  state[0] = 19650218;
  for (let at = 1; at < words; at++) state[at] = scrambled(state, at - 1, 1812433253) + at;
  let at = 1;
  for (let step = 0; step < words; step++) {
    state[at] = ((state[at] ?? 0) ^ scrambled(state, at - 1, 1664525)) + seed;
    at = nextPlace(state, at);
  }
  for (let step = 1; step < words; step++) {
    state[at] = ((state[at] ?? 0) ^ scrambled(state, at - 1, 1566083941)) - at;
    at = nextPlace(state, at);
  }
  state[0] = 0x80000000;
}

function scrambled(state: Uint32Array, at: number, factor: number): number {
  const word = state[at] ?? 0;
  return Math.imul(word ^ (word >>> 30), factor);
}

function nextPlace(state: Uint32Array, at: number): number {
  if (at + 1 < words) return at + 1;
  state[0] = state[words - 1] ?? 0;
  return 1;
}

function twist(state: Uint32Array): void {
  for (let at = 0; at < words; at++) {
    const pair = ((state[at] ?? 0) & 0x80000000) | ((state[(at + 1) % words] ?? 0) & 0x7fffffff);
    state[at] = (state[(at + 397) % words] ?? 0) ^ (pair >>> 1) ^ (pair & 1 ? 0x9908b0df : 0);
  }
}
