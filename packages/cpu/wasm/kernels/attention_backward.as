// The gradients of attention; the probabilities are computed again from `logSumExp`, block by block. A thread takes
// whole key heads of whole sequences, so that sums over query heads always run in the same order.
// Arguments: q, k, v, out, logSumExp, dOut, dQ, dK, dV, sequences, length, heads, keyValueHeads, headDim.
import { address, shareEnd, shareStart } from "./runtime";
import { exp4, madd, sumLanes } from "./simd";
import { clearAfter, fillLastVector } from "./score_rows";
import { LOWER_A, LOWER_RESULT, UPPER_A, WHOLE } from "./product";
import { multiplyBlock, packBlock } from "./small_product";
import {
  BLOCK, gradientPacked, gradients, headDim, heads, keysPacked, keysTransposed, keyStride, keyValueHeads, length,
  queriesPacked, queryStride, readShape, scale, scores, sequences, statistics, valuesPacked,
} from "./attention_layout";

function dot(a: usize, b: usize, count: i32): f32 {
  let sums = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const o = <usize>i << 2;
    sums = madd(v128.load(a + o), v128.load(b + o), sums);
  }
  let sum = sumLanes(sums);
  for (; i < count; i++) sum += load<f32>(a + (<usize>i << 2)) * load<f32>(b + (<usize>i << 2));
  return sum;
}

/** Scores become probabilities, and dP becomes dS = P · (dP − Σ dOut · out) · scale; what is not visible becomes 0. */
function gradientsOfScores(logSumExp: usize, firstQuery: i32, firstKey: i32, rows: i32, cols: i32): void {
  const factor = f32x4.splat(scale);
  for (let r = 0; r < rows; r++) {
    const row = <usize>(r * BLOCK) * 4, query = firstQuery + r;
    const visible = min(cols, query - firstKey + 1);
    const shift = load<f32>(logSumExp + (<usize>query << 2)), delta = load<f32>(statistics + (<usize>query << 2));
    const shifts = f32x4.splat(shift), deltas = f32x4.splat(delta), end = row + (<usize>visible << 2);
    fillLastVector(scores + row, visible, -Infinity);
    fillLastVector(gradients + row, visible, 0);
    for (let o = row; o < end; o += 16) {
      const p = exp4(f32x4.sub(f32x4.mul(v128.load(scores + o), factor), shifts));
      v128.store(scores + o, p);
      v128.store(gradients + o, f32x4.mul(f32x4.mul(p, f32x4.sub(v128.load(gradients + o), deltas)), factor));
    }
    clearAfter(scores + row, r, visible, cols);
    clearAfter(gradients + row, r, visible, cols);
  }
}

function clearRows(p: usize, stride: usize): void {
  for (let i = 0; i < length; i++) memory.fill(p + <usize>i * stride, 0, <usize>headDim << 2);
}

/** All gradients that go through one query head. */
function propagateHead(
  q: usize, k: usize, v: usize, out: usize, logSumExp: usize, dOut: usize, dQ: usize, dK: usize, dV: usize,
): void {
  for (let i = 0; i < length; i++) {
    const o = <usize>i * queryStride;
    store<f32>(statistics + (<usize>i << 2), dot(dOut + o, out + o, headDim));
  }
  const tile = <usize>BLOCK * 4;
  for (let j = 0; j < length; j += BLOCK) {
    const cols = min(BLOCK, length - j), keys = <usize>j * keyStride;
    packBlock(k + keys, 4, keyStride, headDim, cols, keysTransposed);
    packBlock(v + keys, 4, keyStride, headDim, cols, valuesPacked);
    packBlock(k + keys, keyStride, 4, cols, headDim, keysPacked);
    for (let i = j; i < length; i += BLOCK) {
      const rows = min(BLOCK, length - i), queries = <usize>i * queryStride;
      const result = i == j ? LOWER_RESULT : WHOLE, upper = i == j ? UPPER_A : WHOLE, lower = i == j ? LOWER_A : WHOLE;
      multiplyBlock(q + queries, queryStride, 4, keysTransposed, scores, tile, rows, cols, headDim, false, result);
      multiplyBlock(dOut + queries, queryStride, 4, valuesPacked, gradients, tile, rows, cols, headDim, false, result);
      gradientsOfScores(logSumExp, i, j, rows, cols);
      packBlock(dOut + queries, queryStride, 4, rows, headDim, gradientPacked);
      packBlock(q + queries, queryStride, 4, rows, headDim, queriesPacked);
      multiplyBlock(scores, 4, tile, gradientPacked, dV + keys, keyStride, cols, headDim, rows, true, upper);
      multiplyBlock(gradients, 4, tile, queriesPacked, dK + keys, keyStride, cols, headDim, rows, true, upper);
      multiplyBlock(gradients, tile, 4, keysPacked, dQ + queries, queryStride, rows, headDim, cols, j > 0, lower);
    }
  }
}

export function attentionBackward(): void {
  readShape(9);
  const end = shareEnd(sequences * keyValueHeads), group = heads / keyValueHeads;
  for (let index = shareStart(sequences * keyValueHeads); index < end; index++) {
    const sequence = index / keyValueHeads, keyHead = index % keyValueHeads;
    const first = <usize>(sequence * length), keys = first * keyStride + (<usize>(keyHead * headDim) << 2);
    clearRows(address(7) + keys, keyStride);
    clearRows(address(8) + keys, keyStride);
    for (let head = keyHead * group; head < (keyHead + 1) * group; head++) {
      const queries = first * queryStride + (<usize>(head * headDim) << 2);
      propagateHead(
        address(0) + queries, address(1) + keys, address(2) + keys, address(3) + queries,
        address(4) + (<usize>((sequence * heads + head) * length) << 2), address(5) + queries,
        address(6) + queries, address(7) + keys, address(8) + keys,
      );
    }
  }
}
