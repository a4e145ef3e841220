/**
 * Writes `products[r] = sum over c of vector[start + c] * rows[r * cols + c]`, each summed in float64 in the order of
 * c.
 *
 * Four rows go side by side: their sums are independent chains, so the processor overlaps them, and the results are
 * those of one row at a time.
 */
export function dotRows(
  vector: Float32Array,
  start: number,
  rows: Float32Array | Float64Array,
  cols: number,
  products: Float64Array,
): void {
  const count = products.length;
  let row = 0;
  for (; row + 4 <= count; row += 4) {
    const base = row * cols;
    let sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
    for (let c = 0; c < cols; c++) {
      const value = vector[start + c] as number;
      sum0 += value * (rows[base + c] as number);
      sum1 += value * (rows[base + cols + c] as number);
      sum2 += value * (rows[base + 2 * cols + c] as number);
      sum3 += value * (rows[base + 3 * cols + c] as number);
    }
    products[row] = sum0;
    products[row + 1] = sum1;
    products[row + 2] = sum2;
    products[row + 3] = sum3;
  }
  for (; row < count; row++) {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += (vector[start + c] as number) * (rows[row * cols + c] as number);
    products[row] = sum;
  }
}
