import { distance, precedes, scoreColumns, sortFour } from "./_quadruple.ts";

/** Relative slack of the bounds: far above the rounding of a sum, far below any difference that matters. */
const SLACK = 1e-9;

/**
 * Finds the four columns of a block whose rows' two largest magnitudes have the largest sum: the argmax over all
 * C(width, 4) quadruples, ties to the first in lexicographic order, without scoring most of them.
 *
 * The score f of a set of columns (sum over rows of its two largest magnitudes) is submodular: a column never gains
 * more when the set grows. So `f(a, b) + gain(c) + gain(d)`, with gains measured against {a, b} alone, bounds f(a, b,
 * c, d) from above. A greedy start refined by swaps gives a score to beat; columns are visited by descending sum, so
 * whole pairs fall away early. A quadruple whose bound reaches the best score is measured against its first three
 * columns (one subtraction a row), and only those within rounding of the best are scored in full: float64 sums in row
 * order, equal to those of a plain exhaustive search.
 */
export class BlockSearch {
  /** Magnitudes of the block, column-major: column c, row r at `c * v + r`. Finite and >= 0; filled by the caller. */
  readonly magnitudes: Float64Array;
  /** The four columns found, ascending. */
  readonly best: Uint32Array = new Uint32Array(4);
  readonly #v: number;
  readonly #sums: Float64Array;
  readonly #candidates: Uint32Array;
  readonly #gains: Float64Array;
  readonly #gainAfter: Float64Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #second: Float64Array;
  readonly #trial: Uint32Array = new Uint32Array(4);
  #bestScore = -1;
  #ceiling = 0;

  /** A search over blocks of `v` rows and at most `m` columns; its memory is reused from block to block. */
  constructor(v: number, m: number) {
    this.#v = v;
    this.magnitudes = new Float64Array(m * v);
    this.#sums = new Float64Array(m);
    this.#candidates = new Uint32Array(m);
    this.#gains = new Float64Array(m + 1);
    this.#gainAfter = new Float64Array(m + 2);
    this.#low = new Float64Array(v);
    this.#high = new Float64Array(v);
    this.#second = new Float64Array(v);
  }

  /** Searches the first `width` (at least 4) columns; the result is in {@linkcode best}. */
  search(width: number): void {
    const count = this.#listCandidates(width);
    this.#bestScore = -1;
    this.#ceiling = this.#measureCeiling(width);
    this.#startGreedily(count);
    if (this.#bestScore === this.#ceiling && this.best[3] === 3) return;
    for (let i = 0; i + 3 < count; i++) {
      if (this.#sumOf(i) + this.#sumOf(i + 1) + this.#sumOf(i + 2) + this.#sumOf(i + 3) < this.#cut()) return;
      for (let j = i + 1; j + 2 < count; j++) {
        if (this.#sumOf(i) + this.#sumOf(j) + this.#sumOf(j + 1) + this.#sumOf(j + 2) < this.#cut()) break;
        this.#searchPair(i, j, count);
      }
    }
  }

  /** Score below which nothing needs a look. */
  #cut(): number {
    return this.#bestScore * (1 - SLACK);
  }

  #column(rank: number): number {
    return this.#candidates[rank] ?? 0;
  }

  #sumOf(rank: number): number {
    return this.#sums[this.#column(rank)] ?? 0;
  }

  /**
   * Ranks columns by descending sum. Of the all-zero columns only the four lowest stay: they add nothing, and the first
   * quadruple in lexicographic order uses the lowest ones.
   */
  #listCandidates(width: number): number {
    let count = 0;
    let zeros = 0;
    for (let c = 0; c < width; c++) {
      let sum = 0;
      for (let r = c * this.#v; r < (c + 1) * this.#v; r++) sum += this.magnitudes[r] ?? 0;
      this.#sums[c] = sum;
      if (sum === 0 && ++zeros > 4) continue;
      let slot = count++;
      for (; slot > 0 && this.#sumOf(slot - 1) < sum; slot--) this.#candidates[slot] = this.#column(slot - 1);
      this.#candidates[slot] = c;
    }
    return count;
  }

  /** A good quadruple to beat: the four columns of largest sum, each swapped for a better one until none is. */
  #startGreedily(count: number): void {
    for (let i = 0; i < 4; i++) this.#trial[i] = this.#column(i);
    this.#scoreTrial();
    for (let improved = true; improved;) {
      const before = this.#bestScore;
      for (let slot = 0; slot < 4; slot++) {
        const fixed = this.best.slice();
        for (let i = 0; i < count; i++) {
          if (fixed.includes(this.#column(i))) continue;
          this.#trial.set(fixed);
          this.#trial[slot] = this.#column(i);
          this.#scoreTrial();
        }
      }
      improved = this.#bestScore > before;
    }
  }

  /** Scores all quadruples of ranks i < j < k < l that might win. */
  #searchPair(i: number, j: number, count: number): void {
    const pair = this.#sumOf(i) + this.#sumOf(j);
    this.#measureGains(i, j, count);
    for (let k = j + 1; k + 1 < count; k++) {
      const three = pair + (this.#gains[k] ?? 0);
      if (three + (this.#gainAfter[k] ?? 0) >= this.#cut()) this.#searchTriple(i, j, k, count, three);
    }
  }

  /** Scores all quadruples of ranks i < j < k < l that might win, where the first three score `three`. */
  #searchTriple(i: number, j: number, k: number, count: number, three: number): void {
    const v = this.#v;
    const start = this.#column(k) * v;
    let secondSum = 0;
    for (let r = 0; r < v; r++) {
      const second = Math.max(this.#low[r] ?? 0, Math.min(this.#high[r] ?? 0, this.magnitudes[start + r] ?? 0));
      this.#second[r] = second;
      secondSum += second;
    }
    for (let l = k + 1; l < count; l++) {
      if (three + (this.#gains[l] ?? 0) < this.#cut()) continue;
      const apart = distance(this.magnitudes, this.#column(l) * v, this.#second, v);
      if (three + (this.#sumOf(l) - secondSum + apart) / 2 < this.#cut()) continue;
      this.#trial[0] = this.#column(i);
      this.#trial[1] = this.#column(j);
      this.#trial[2] = this.#column(k);
      this.#trial[3] = this.#column(l);
      this.#scoreTrial();
    }
  }

  /** Score of a block that kept the two largest of every row: no quadruple scores more, rounding included. */
  #measureCeiling(width: number): number {
    const v = this.#v;
    let ceiling = 0;
    for (let r = 0; r < v; r++) {
      let first = 0;
      let second = 0;
      for (let i = r; i < width * v; i += v) {
        const value = this.magnitudes[i] ?? 0;
        second = Math.max(second, Math.min(first, value));
        first = Math.max(first, value);
      }
      ceiling += first + second;
    }
    return ceiling;
  }

  /** What each later column adds to the pair i, j, and the largest such gain after each rank. */
  #measureGains(i: number, j: number, count: number): void {
    const v = this.#v;
    const a = this.#column(i) * v;
    const b = this.#column(j) * v;
    let lowSum = 0;
    for (let r = 0; r < v; r++) {
      const low = Math.min(this.magnitudes[a + r] ?? 0, this.magnitudes[b + r] ?? 0);
      this.#low[r] = low;
      this.#high[r] = Math.max(this.magnitudes[a + r] ?? 0, this.magnitudes[b + r] ?? 0);
      lowSum += low;
    }
    this.#gainAfter[count - 1] = 0;
    for (let k = count - 1; k > j; k--) {
      // max(x, 0) = (x + |x|) / 2: one absolute value a row instead of a branch.
      const gain = (this.#sumOf(k) - lowSum + distance(this.magnitudes, this.#column(k) * v, this.#low, v)) / 2;
      this.#gains[k] = gain;
      this.#gainAfter[k - 1] = Math.max(gain, this.#gainAfter[k] ?? 0);
    }
  }

  /** Scores the trial and takes it when it is better, or equal and earlier in lexicographic order. */
  #scoreTrial(): void {
    const trial = this.#trial;
    sortFour(trial);
    // At the ceiling only an earlier quadruple can still win.
    if (this.#bestScore === this.#ceiling && !precedes(trial, this.best)) return;
    const score = scoreColumns(this.magnitudes, trial, this.#v);
    if (score < this.#bestScore || (score === this.#bestScore && !precedes(trial, this.best))) return;
    this.#bestScore = score;
    this.best.set(trial);
  }
}
