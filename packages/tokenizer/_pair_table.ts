/** Numbers the pairs of symbols that occur: pair p is (left[p], right[p]) and stands count[p] times in the words. */
export class PairTable {
  /** Left symbols. */
  left = new Int32Array(1 << 12);
  /** Right symbols. */
  right = new Int32Array(1 << 12);
  /** Occurrences. */
  count = new Float64Array(1 << 12);
  #length = 0;
  /** Open addressing: a slot holds a pair's number, or -1. */
  #slots = new Int32Array(1 << 13).fill(-1);

  /** The number of a pair; a pair that is new gets the next one. */
  numberOf(left: number, right: number): number {
    const slot = this.#slotOf(left, right);
    const known = this.#slots[slot] ?? -1;
    if (known >= 0) return known;
    const number = this.#length++;
    this.#slots[slot] = number;
    this.left[number] = left;
    this.right[number] = right;
    if (this.#length === this.left.length) this.#grow();
    return number;
  }

  #slotOf(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask;; slot = slot + 1 & mask) {
      const number = this.#slots[slot] ?? -1;
      if (number < 0 || this.left[number] === left && this.right[number] === right) return slot;
    }
  }

  #grow(): void {
    this.left = enlarge(this.left, new Int32Array(2 * this.left.length));
    this.right = enlarge(this.right, new Int32Array(2 * this.right.length));
    this.count = enlarge(this.count, new Float64Array(2 * this.count.length));
    this.#slots = new Int32Array(2 * this.#slots.length).fill(-1);
    for (let number = 0; number < this.#length; number++) {
      this.#slots[this.#slotOf(this.left[number] ?? 0, this.right[number] ?? 0)] = number;
    }
  }
}

function enlarge<Values extends Int32Array | Float64Array>(values: Values, larger: Values): Values {
  larger.set(values);
  return larger;
}
