/** Sum of |x - y| over v rows; four sums side by side keep the adder busy. */
export function distance(x: Float64Array, start: number, y: Float64Array, v: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let r = 0;
  for (; r + 3 < v; r += 4) {
    s0 += Math.abs((x[start + r] ?? 0) - (y[r] ?? 0));
    s1 += Math.abs((x[start + r + 1] ?? 0) - (y[r + 1] ?? 0));
    s2 += Math.abs((x[start + r + 2] ?? 0) - (y[r + 2] ?? 0));
    s3 += Math.abs((x[start + r + 3] ?? 0) - (y[r + 3] ?? 0));
  }
  for (; r < v; r++) s0 += Math.abs((x[start + r] ?? 0) - (y[r] ?? 0));
  return s0 + s1 + (s2 + s3);
}

/** Sum over rows, first to last, of the two largest magnitudes in four columns. */
export function scoreColumns(magnitudes: Float64Array, columns: Uint32Array, v: number): number {
  const a = (columns[0] ?? 0) * v;
  const b = (columns[1] ?? 0) * v;
  const c = (columns[2] ?? 0) * v;
  const d = (columns[3] ?? 0) * v;
  let score = 0;
  for (let r = 0; r < v; r++) {
    const va = magnitudes[a + r] ?? 0;
    const vb = magnitudes[b + r] ?? 0;
    const vc = magnitudes[c + r] ?? 0;
    const vd = magnitudes[d + r] ?? 0;
    const highAb = Math.max(va, vb);
    const highCd = Math.max(vc, vd);
    const second = Math.max(Math.min(highAb, highCd), Math.min(va, vb), Math.min(vc, vd));
    score += Math.max(highAb, highCd) + second;
  }
  return score;
}

/** Sorts four columns in ascending order, in place. */
export function sortFour(columns: Uint32Array): void {
  for (let i = 1; i < 4; i++) {
    const column = columns[i] ?? 0;
    let slot = i;
    for (; slot > 0 && (columns[slot - 1] ?? 0) > column; slot--) columns[slot] = columns[slot - 1] ?? 0;
    columns[slot] = column;
  }
}

/** Whether quadruple x comes before y in lexicographic order; both ascend. */
export function precedes(x: Uint32Array, y: Uint32Array): boolean {
  for (let i = 0; i < 4; i++) {
    if (x[i] !== y[i]) return (x[i] ?? 0) < (y[i] ?? 0);
  }
  return false;
}
