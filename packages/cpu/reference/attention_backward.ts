import { type AttentionBackwardArguments, roundTo } from "@beyond24/device";
import { attentionRows, dot } from "./_attention_rows.ts";
import { floats } from "./_host_storage.ts";

/** sums[i + d] += factor · values[j + d] for `length` elements. */
function addScaled(
  sums: Float64Array,
  i: number,
  factor: number,
  values: Float32Array,
  j: number,
  length: number,
): void {
  for (let d = 0; d < length; d++) sums[i + d] = (sums[i + d] ?? 0) + factor * (values[j + d] ?? NaN);
}

/**
 * dV += p · dOut, dScore = p · (dOut · v − dOut · out), dQ += dScore · k, dK += dScore · q, with p from `logSumExp`.
 */
export function attentionBackward({ forward, dOut, dQ, dK, dV }: AttentionBackwardArguments): void {
  const { q, k, v, shape, out, logSumExp } = forward;
  const { headDim } = shape;
  const queries = floats(q);
  const keys = floats(k);
  const values = floats(v);
  const outputs = floats(out);
  const statistics = floats(logSumExp);
  const gradients = floats(dOut);
  const scale = 1 / Math.sqrt(headDim);
  const dQueries = new Float64Array(queries.length);
  const dKeys = new Float64Array(keys.length);
  const dValues = new Float64Array(values.length);
  for (const { query, keys: firstKey, keyStride, visible, statistic } of attentionRows(shape)) {
    const shared = dot(gradients, query, outputs, query, headDim);
    for (let s = 0; s < visible; s++) {
      const key = firstKey + s * keyStride;
      const score = scale * dot(queries, query, keys, key, headDim);
      const probability = Math.exp(score - (statistics[statistic] ?? NaN));
      const dScore = scale * probability * (dot(gradients, query, values, key, headDim) - shared);
      addScaled(dValues, key, probability, gradients, query, headDim);
      addScaled(dQueries, query, dScore, keys, key, headDim);
      addScaled(dKeys, key, dScore, queries, query, headDim);
    }
  }
  store(dQueries, dQ);
  store(dKeys, dK);
  store(dValues, dV);
}

function store(values: Float64Array, tensor: AttentionBackwardArguments["dQ"]): void {
  floats(tensor).set(values);
  roundTo(floats(tensor), tensor.dtype);
}
