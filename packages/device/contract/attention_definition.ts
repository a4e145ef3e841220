import type { AttentionShape } from "../kernels/attention.ts";

/** Index of element 0 of (token, head) and the key head that a query head reads. */
interface Places {
  readonly query: (sequence: number, head: number, position: number) => number;
  readonly key: (sequence: number, head: number, position: number) => number;
}

function places({ sequenceLength, heads, keyValueHeads, headDim }: AttentionShape): Places {
  return {
    query: (sequence, head, position) => ((sequence * sequenceLength + position) * heads + head) * headDim,
    key: (sequence, head, position) => {
      const keyHead = Math.floor(head * keyValueHeads / heads);
      return ((sequence * sequenceLength + position) * keyValueHeads + keyHead) * headDim;
    },
  };
}

/** Calls `visit` for every sequence, query head and query position with its softmax row and ln Σ exp(score). */
function forEachRow(
  shape: AttentionShape,
  q: Float32Array,
  k: Float32Array,
  visit: (sequence: number, head: number, position: number, softmax: Float64Array, logSumExp: number) => void,
): void {
  const { query, key } = places(shape);
  const { sequences, heads, sequenceLength, headDim } = shape;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let head = 0; head < heads; head++) {
      for (let position = 0; position < sequenceLength; position++) {
        const row = query(sequence, head, position);
        const scores = Float64Array.from({ length: position + 1 }, (_, s) => {
          let sum = 0;
          for (let d = 0; d < headDim; d++) sum += (q[row + d] ?? NaN) * (k[key(sequence, head, s) + d] ?? NaN);
          return sum / Math.sqrt(headDim);
        });
        const largest = Math.max(...scores);
        const logSumExp = largest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
        visit(sequence, head, position, scores.map((score) => Math.exp(score - logSumExp)), logSumExp);
      }
    }
  }
}

/** Attention by its formula, in float64. */
export function attentionDefinition(
  shape: AttentionShape,
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
): { out: Float64Array; logSumExp: Float64Array } {
  const { query, key } = places(shape);
  const out = new Float64Array(q.length);
  const statistics: number[] = [];
  forEachRow(shape, q, k, (sequence, head, position, softmax, logSumExp) => {
    statistics.push(logSumExp);
    const row = query(sequence, head, position);
    softmax.forEach((weight, s) => addRow(out, row, weight, v, key(sequence, head, s), shape.headDim));
  });
  return { out, logSumExp: Float64Array.from(statistics) };
}

/** Its gradients: dScore = p ⊙ (dP − Σ p ⊙ dP) for every softmax row. */
export function attentionGradients(
  shape: AttentionShape,
  { q, k, v, dOut }: { q: Float32Array; k: Float32Array; v: Float32Array; dOut: Float32Array },
): { dQ: Float64Array; dK: Float64Array; dV: Float64Array } {
  const { query, key } = places(shape);
  const [dQ, dK, dV] = [new Float64Array(q.length), new Float64Array(k.length), new Float64Array(v.length)];
  forEachRow(shape, q, k, (sequence, head, position, softmax) => {
    const row = query(sequence, head, position);
    const dSoftmax = softmax.map((_, s) => {
      let sum = 0;
      for (let d = 0; d < shape.headDim; d++) sum += (dOut[row + d] ?? NaN) * (v[key(sequence, head, s) + d] ?? NaN);
      return sum;
    });
    const shared = dSoftmax.reduce((sum, value, s) => sum + value * (softmax[s] ?? NaN), 0);
    softmax.forEach((weight, s) => {
      const start = key(sequence, head, s);
      const dScore = weight * ((dSoftmax[s] ?? NaN) - shared) / Math.sqrt(shape.headDim);
      addRow(dV, start, weight, dOut, row, shape.headDim);
      addRow(dQ, row, dScore, k, start, shape.headDim);
      addRow(dK, start, dScore, q, row, shape.headDim);
    });
  });
  return { dQ, dK, dV };
}

function addRow(out: Float64Array, i: number, factor: number, values: Float32Array, j: number, length: number): void {
  for (let d = 0; d < length; d++) out[i + d] = (out[i + d] ?? NaN) + factor * (values[j + d] ?? NaN);
}
