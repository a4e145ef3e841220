/** Words as sequences of symbols, one after the other in one array. */
export class SymbolWords {
  readonly #symbols: Int32Array;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;

  /** Lays words out. */
  constructor(words: readonly ArrayLike<number>[]) {
    this.#lengths = Int32Array.from(words, ({ length }) => length);
    this.#starts = new Int32Array(words.length);
    this.#symbols = new Int32Array(this.#lengths.reduce((sum, length) => sum + length, 0));
    let end = 0;
    for (const [word, symbols] of words.entries()) {
      this.#starts[word] = end;
      this.#symbols.set(symbols, end);
      end += symbols.length;
    }
  }

  /** Shows the pairs of neighbours of every word. */
  forEachPair(visit: (left: number, right: number, word: number) => void): void {
    for (let word = 0; word < this.#starts.length; word++) {
      const start = this.#starts[word] ?? 0;
      const end = start + (this.#lengths[word] ?? 0);
      for (let at = start; at + 1 < end; at++) visit(this.#symbols[at] ?? 0, this.#symbols[at + 1] ?? 0, word);
    }
  }

  /**
   * Replaces a pair of neighbours in a word by one symbol, wherever it stands, from the left.
   *
   * @param onChange Hears of pairs that came (+1) and went (-1), the replaced one itself left out
   */
  merge(
    word: number,
    left: number,
    right: number,
    merged: number,
    onChange: (left: number, right: number, change: 1 | -1) => void,
  ): void {
    const symbols = this.#symbols;
    const start = this.#starts[word] ?? 0;
    const end = start + (this.#lengths[word] ?? 0);
    let to = start;
    for (let from = start; from < end; from++, to++) {
      const isPair = symbols[from] === left && from + 1 < end && symbols[from + 1] === right;
      if (!isPair) {
        symbols[to] = symbols[from] ?? 0;
        continue;
      }
      if (to > start) {
        const before = symbols[to - 1] ?? 0;
        onChange(before, left, -1);
        onChange(before, merged, 1);
      }
      symbols[to] = merged;
      from++;
      if (from + 1 === end) continue;
      const after = symbols[from + 1] ?? 0;
      onChange(right, after, -1);
      onChange(merged, after, 1);
    }
    this.#lengths[word] = to - start;
  }
}
