// out = softmax(causal(q · kᵀ / sqrt(headDim))) · v with a running maximum and sum for every query (Dao et al. 2022). A
// thread takes whole heads of whole sequences.
// Arguments: q, k, v, out, logSumExp, sequences, length, heads, keyValueHeads, headDim.
import { address, shareEnd, shareStart } from "./runtime";
import { exp1, exp4, maxLanes, sumLanes } from "./simd";
import { clearAfter, fillLastVector } from "./score_rows";
import { LOWER_A, LOWER_RESULT, WHOLE } from "./product";
import { multiplyBlock, packBlock } from "./small_product";
import {
  BLOCK, headDim, heads, keysTransposed, keyStride, keyValueHeads, length, queryStride, readShape, scale, scores,
  sequences, statistics, valuesPacked,
} from "./attention_layout";

/** Turns whole vectors of scores into exp(score · scale − largest) and gives the sum. */
export function exponentials(row: usize, end: usize, largest: f32): f32 {
  const factor = f32x4.splat(scale), shift = f32x4.splat(largest);
  let sums = f32x4.splat(0);
  for (let p = row; p < end; p += 16) {
    const e = exp4(f32x4.sub(f32x4.mul(v128.load(p), factor), shift));
    v128.store(p, e);
    sums = f32x4.add(sums, e);
  }
  return sumLanes(sums);
}

/** The largest of whole vectors of scores; a NaN is passed over here and comes back with the exponentials. */
export function largestOf(row: usize, end: usize): f32 {
  let m = v128.load(row);
  for (let p = row + 16; p < end; p += 16) m = f32x4.pmax(m, v128.load(p));
  return maxLanes(m);
}

function scaleRow(row: usize, count: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const p = row + (<usize>i << 2);
    v128.store(p, f32x4.mul(v128.load(p), factors));
  }
  for (; i < count; i++) {
    const p = row + (<usize>i << 2);
    store<f32>(p, load<f32>(p) * factor);
  }
}

/** Folds one block of scores into the running maximum and sum, and rescales what the queries have so far. */
function foldScores(out: usize, sums: usize, firstQuery: i32, firstKey: i32, rows: i32, cols: i32): void {
  for (let r = 0; r < rows; r++) {
    const row = scores + <usize>(r * BLOCK) * 4, query = firstQuery + r;
    const visible = min(cols, query - firstKey + 1);
    const sum = sums + (<usize>query << 2), maximum = statistics + (<usize>query << 2);
    const before: f32 = firstKey == 0 ? -Infinity : load<f32>(maximum);
    const end = row + (<usize>visible << 2);
    fillLastVector(row, visible, -Infinity);
    const largest = max(before, largestOf(row, end) * scale);
    const total = exponentials(row, end, largest);
    clearAfter(row, r, visible, cols);
    if (firstKey == 0) store<f32>(sum, total);
    else {
      const correction = exp1(before - largest);
      store<f32>(sum, load<f32>(sum) * correction + total);
      if (correction != 1) scaleRow(out + <usize>query * queryStride, headDim, correction);
    }
    store<f32>(maximum, largest);
  }
}

function attendHead(q: usize, k: usize, v: usize, out: usize, sums: usize): void {
  for (let j = 0; j < length; j += BLOCK) {
    const cols = min(BLOCK, length - j);
    packBlock(k + <usize>j * keyStride, 4, keyStride, headDim, cols, keysTransposed);
    packBlock(v + <usize>j * keyStride, keyStride, 4, cols, headDim, valuesPacked);
    for (let i = j; i < length; i += BLOCK) {
      const rows = min(BLOCK, length - i);
      multiplyBlock(
        q + <usize>i * queryStride, queryStride, 4, keysTransposed, scores, BLOCK * 4, rows, cols, headDim, false,
        i == j ? LOWER_RESULT : WHOLE,
      );
      foldScores(out, sums, i, j, rows, cols);
      multiplyBlock(
        scores, BLOCK * 4, 4, valuesPacked, out + <usize>i * queryStride, queryStride, rows, headDim, cols, j > 0,
        i == j ? LOWER_A : WHOLE,
      );
    }
  }
  for (let i = 0; i < length; i++) {
    const sum = sums + (<usize>i << 2), total = load<f32>(sum);
    scaleRow(out + <usize>i * queryStride, headDim, 1 / total);
    store<f32>(sum, load<f32>(statistics + (<usize>i << 2)) + Mathf.log(total));
  }
}

export function attention(): void {
  readShape(5);
  const end = shareEnd(sequences * heads);
  for (let index = shareStart(sequences * heads); index < end; index++) {
    const sequence = index / heads, head = index % heads;
    const first = <usize>(sequence * length), keyHead = <usize>(head * keyValueHeads / heads * headDim) << 2;
    const queryHead = <usize>(head * headDim) << 2;
    attendHead(
      address(0) + first * queryStride + queryHead,
      address(1) + first * keyStride + keyHead,
      address(2) + first * keyStride + keyHead,
      address(3) + first * queryStride + queryHead,
      address(4) + (<usize>(index * length) << 2),
    );
  }
}
