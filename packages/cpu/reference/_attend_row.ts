import { type AttentionRow, dot } from "./_attention_rows.ts";

/** The vectors of an attention, and its result. */
export interface AttentionVectors {
  readonly queries: Float32Array;
  readonly keys: Float32Array;
  readonly values: Float32Array;
  readonly result: Float32Array;
  readonly headDim: number;
}

/**
 * One query of one head: writes softmax(q · kᵀ / sqrt(headDim)) · v over the keys that it sees, and gives ln Σ
 * exp(score).
 */
export function attendRow(
  { queries, keys, values, result, headDim }: AttentionVectors,
  row: Omit<AttentionRow, "statistic">,
): number {
  const scale = 1 / Math.sqrt(headDim);
  const scores = Float64Array.from(
    { length: row.visible },
    (_, s) => scale * dot(queries, row.query, keys, row.keys + s * row.keyStride, headDim),
  );
  const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const sums = new Float64Array(headDim);
  let total = 0;
  for (let s = 0; s < row.visible; s++) {
    const weight = Math.exp((scores[s] ?? NaN) - largest);
    total += weight;
    const start = row.keys + s * row.keyStride;
    for (let d = 0; d < headDim; d++) sums[d] = (sums[d] ?? 0) + weight * (values[start + d] ?? NaN);
  }
  for (let d = 0; d < headDim; d++) result[row.query + d] = (sums[d] ?? NaN) / total;
  return largest + Math.log(total);
}
