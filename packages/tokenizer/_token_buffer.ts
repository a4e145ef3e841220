/** A growing list of tokens, whose memory is used again. */
export class TokenBuffer {
  #tokens = new Int32Array(1024);
  #length = 0;

  /** Takes all tokens away. */
  clear(): void {
    this.#length = 0;
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
