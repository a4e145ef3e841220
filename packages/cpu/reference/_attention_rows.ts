import type { AttentionShape } from "@beyond24/device";

/** One query row of one head: where its vectors start. */
export interface AttentionRow {
  /** Start of the query (and of the output) in their tensor. */
  readonly query: number;
  /** Start of the key (and value) of position 0 of the sequence, for the head that this query head reads. */
  readonly keys: number;
  /** Elements from one key to the next. */
  readonly keyStride: number;
  /** Number of keys that the query sees: its position + 1. */
  readonly visible: number;
  /** Index into `logSumExp`. */
  readonly statistic: number;
}

/** Every (sequence, head, position), in order. */
export function* attentionRows(shape: AttentionShape): Generator<AttentionRow> {
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  const keyStride = keyValueHeads * headDim;
  for (let sequence = 0; sequence < sequences; sequence++) {
    const firstToken = sequence * sequenceLength;
    for (let head = 0; head < heads; head++) {
      const keyHead = Math.floor(head * keyValueHeads / heads);
      const keys = firstToken * keyStride + keyHead * headDim;
      for (let position = 0; position < sequenceLength; position++) {
        yield {
          query: ((firstToken + position) * heads + head) * headDim,
          keys,
          keyStride,
          visible: position + 1,
          statistic: (sequence * heads + head) * sequenceLength + position,
        };
      }
    }
  }
}

/** Dot product of `length` elements of `a` from `i` and of `b` from `j`. */
export function dot(a: Float32Array, i: number, b: Float32Array, j: number, length: number): number {
  let sum = 0;
  for (let d = 0; d < length; d++) sum += (a[i + d] ?? NaN) * (b[j + d] ?? NaN);
  return sum;
}
