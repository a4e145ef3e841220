import { contiguous, type Matrix } from "./_matrix.ts";

/**
 * out = a · b, or out += a · b. Sums run over k in order in float64 and are rounded to float32 once, whatever the
 * shapes: so a grouped product is, to the bit, the plain product of its segment. `out` has contiguous rows.
 */
export function multiply(a: Matrix, b: Matrix, out: Matrix, accumulate: boolean): void {
  const right = contiguous(b);
  const { values: rightValues, cols } = right;
  const sums = new Float64Array(cols);
  for (let i = 0; i < a.rows; i++) {
    const outRow = out.values.subarray(i * out.rowStride, i * out.rowStride + cols);
    if (accumulate) sums.set(outRow);
    else sums.fill(0);
    for (let k = 0; k < a.cols; k++) {
      const factor = a.values[i * a.rowStride + k * a.colStride] ?? NaN;
      const start = k * right.rowStride;
      for (let j = 0; j < cols; j++) sums[j] = (sums[j] ?? 0) + factor * (rightValues[start + j] ?? NaN);
    }
    outRow.set(sums);
  }
}
