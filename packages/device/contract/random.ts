/** A small seeded generator (mulberry32): the same numbers on every machine. */
export class Random {
  #state: number;

  /** Starts the sequence that belongs to `seed`. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
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
