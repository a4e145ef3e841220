/** A growing list of tokens. */
export class TokenBuffer {
  #tokens: Int32Array<ArrayBuffer>;
  #length = 0;

  /** With room for a number of tokens. */
  constructor(room: number) {
    this.#tokens = new Int32Array(Math.min(1024, room));
  }

  /** Appends a token. */
  push(token: number): void {
    if (this.#length === this.#tokens.length) this.#grow(this.#length + 1);
    this.#tokens[this.#length++] = token;
  }

  /** Appends tokens. */
  append(tokens: ArrayLike<number>): void {
    const end = this.#length + tokens.length;
    if (end > this.#tokens.length) this.#grow(end);
    this.#tokens.set(tokens, this.#length);
    this.#length = end;
  }

  /** The tokens, copied. */
  toArray(): Int32Array {
    return this.#tokens.slice(0, this.#length);
  }

  #grow(least: number): void {
    const larger = new Int32Array(Math.max(least, 2 * this.#tokens.length));
    larger.set(this.#tokens);
    this.#tokens = larger;
  }
}
