/** ln Σ exp(row), with the largest taken off first. */
export function logSumExpOf(row: Float32Array): number {
  let largest = -Infinity;
  for (const score of row) largest = Math.max(largest, score);
  let total = 0;
  for (const score of row) total += Math.exp(score - largest);
  return largest + Math.log(total);
}
