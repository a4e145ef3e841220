import { type AttentionArguments, roundTo } from "@beyond24/device";
import { attentionRows, dot } from "./_attention_rows.ts";
import { floats } from "./_host_storage.ts";

/** out = softmax(causal(q · kᵀ / sqrt(headDim))) · v, a query row at a time. */
export function attention({ q, k, v, shape, out, logSumExp }: AttentionArguments): void {
  const { headDim, sequenceLength } = shape;
  const queries = floats(q);
  const keys = floats(k);
  const values = floats(v);
  const result = floats(out);
  const statistics = floats(logSumExp);
  const scale = 1 / Math.sqrt(headDim);
  const weights = new Float64Array(sequenceLength);
  const sums = new Float64Array(headDim);
  for (const row of attentionRows(shape)) {
    let largest = -Infinity;
    for (let s = 0; s < row.visible; s++) {
      const score = scale * dot(queries, row.query, keys, row.keys + s * row.keyStride, headDim);
      weights[s] = score;
      largest = Math.max(largest, score);
    }
    let total = 0;
    sums.fill(0);
    for (let s = 0; s < row.visible; s++) {
      const weight = Math.exp((weights[s] ?? NaN) - largest);
      total += weight;
      const start = row.keys + s * row.keyStride;
      for (let d = 0; d < headDim; d++) sums[d] = (sums[d] ?? 0) + weight * (values[start + d] ?? NaN);
    }
    for (let d = 0; d < headDim; d++) result[row.query + d] = (sums[d] ?? NaN) / total;
    statistics[row.statistic] = largest + Math.log(total);
  }
  roundTo(result, out.dtype);
}
