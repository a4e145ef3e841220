// Softmax cross-entropy and its gradient, a row at a time while it lies in the cache.
// Arguments: logits, targets, losses, dLogits (0: not computed), tokens, vocabulary, scale, factor (0: none).
import { address, argument, factorAt, number, shareEnd, shareStart } from "./runtime";
import { exp1, exp4, maxLanes, sumLanes } from "./simd";

/** The largest of a row; a NaN is passed over here and comes back with the exponentials. */
function largestOf(row: usize, count: i32): f32 {
  let m = f32x4.splat(-Infinity);
  let i = 0;
  for (; i + 4 <= count; i += 4) m = f32x4.pmax(m, v128.load(row + (<usize>i << 2)));
  let largest = maxLanes(m);
  for (; i < count; i++) largest = max(largest, load<f32>(row + (<usize>i << 2)));
  return largest;
}

/** Σ exp(row − largest); the terms are stored when `out` is not 0. */
function sumOfExponentials(row: usize, out: usize, count: i32, largest: f32): f32 {
  const shift = f32x4.splat(largest);
  let s0 = f32x4.splat(0), s1 = s0;
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const o = <usize>i << 2;
    const e0 = exp4(f32x4.sub(v128.load(row + o), shift)), e1 = exp4(f32x4.sub(v128.load(row + o, 16), shift));
    if (out) {
      v128.store(out + o, e0);
      v128.store(out + o, e1, 16);
    }
    s0 = f32x4.add(s0, e0);
    s1 = f32x4.add(s1, e1);
  }
  let sum = sumLanes(f32x4.add(s0, s1));
  for (; i < count; i++) {
    const o = <usize>i << 2, e = exp1(load<f32>(row + o) - largest);
    if (out) store<f32>(out + o, e);
    sum += e;
  }
  return sum;
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

export function crossEntropy(): void {
  const logits = address(0), targets = address(1), losses = address(2), gradients = address(3);
  const vocabulary = argument(5), scale = number(6) * factorAt(7), width = <usize>vocabulary << 2, end = shareEnd(argument(4));
  for (let t = shareStart(argument(4)); t < end; t++) {
    const row = logits + <usize>t * width, gradient = gradients ? gradients + <usize>t * width : 0;
    const target = load<i32>(targets + (<usize>t << 2)), loss = losses + (<usize>t << 2);
    if (<u32>target >= <u32>vocabulary) {
      // Either the row counts nothing, or it has no such target: all bits set are NaN.
      const byte: u8 = target == -1 ? 0 : 0xff;
      memory.fill(loss, byte, 4);
      if (gradient) memory.fill(gradient, byte, width);
      continue;
    }
    const score = load<f32>(row + (<usize>target << 2)), largest = largestOf(row, vocabulary);
    const sum = sumOfExponentials(row, gradient, vocabulary, largest);
    store<f32>(loss, Mathf.log(sum) + (largest - score));
    if (!gradient) continue;
    const p = gradient + (<usize>target << 2);
    const probability = load<f32>(p) / sum;
    scaleRow(gradient, vocabulary, scale / sum);
    store<f32>(p, (probability - 1) * scale);
  }
}
