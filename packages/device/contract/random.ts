import { seededRandom } from "@beyond24/routing";

/**
 * Values for tests, uniform in [-1, 1): the same for the same seed on every machine.
 *
 * @param count Number of values
 * @param seed Any integer
 * @returns f32 values
 *
 * @example Draw twice
 * ```ts
 * import { randomValues } from "@beyond24/device/contract";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(randomValues(3, 1), randomValues(3, 1));
 * ```
 */
export function randomValues(count: number, seed: number): Float32Array<ArrayBuffer> {
  const next = seededRandom(seed);
  return Float32Array.from({ length: count }, () => 2 * next() - 1);
}

/** Seeded numbers of many kinds: the same on every machine. */
export class Random {
  /** Uniform in [0, 1). */
  readonly next: () => number;

  /** Starts the sequence that belongs to `seed`. */
  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** An integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** The integers in [0, count) in a random order. */
  shuffled(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    return order;
  }

  /** f32 values, uniform in [-1, 1). */
  uniform(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => 2 * this.next() - 1);
  }

  /** Multiples of 1/4 from -1 to 1: exact in every type, full of ties, of zeros and of -0. */
  quarters(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => {
      const quarter = this.integer(9) - 4;
      return quarter === 0 && this.next() < 0.5 ? -0 : quarter / 4;
    });
  }

  /** Integers in [0, bound). */
  integers(count: number, bound: number): Int32Array {
    return Int32Array.from({ length: count }, () => this.integer(bound));
  }
}
