// Softmax cross-entropy and its gradient, a row at a time while it lies in the cache.
// Arguments: logits, targets, losses, dLogits (0: not computed), tokens, vocabulary, scale, factor (0: none), classes:
// the columns that are tokens, the first ones.
import { address, argument, factorAt, number, shareEnd, shareStart } from "./runtime";
import { largestOf, sumOfExponentials } from "./log_sum_exp";

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
  const vocabulary = argument(5), scale = number(6) * factorAt(7);
  const width = <usize>vocabulary << 2, end = shareEnd(argument(4));
  const classes = argument(8), padding = <usize>(vocabulary - classes) << 2;
  for (let t = shareStart(argument(4)); t < end; t++) {
    const row = logits + <usize>t * width, gradient = gradients ? gradients + <usize>t * width : 0;
    const target = load<i32>(targets + (<usize>t << 2)), loss = losses + (<usize>t << 2);
    if (gradient) memory.fill(gradient + (width - padding), 0, padding);
    if (<u32>target >= <u32>classes) {
      // Either the row counts nothing, or it has no such target: all bits set are NaN.
      const byte: u8 = target == -1 ? 0 : 0xff;
      memory.fill(loss, byte, 4);
      if (gradient) memory.fill(gradient, byte, width - padding);
      continue;
    }
    const score = load<f32>(row + (<usize>target << 2)), largest = largestOf(row, classes);
    const sum = sumOfExponentials(row, gradient, classes, largest);
    store<f32>(loss, Mathf.log(sum) + (largest - score));
    if (!gradient) continue;
    const p = gradient + (<usize>target << 2);
    const probability = load<f32>(p) / sum;
    scaleRow(gradient, classes, scale / sum);
    store<f32>(p, (probability - 1) * scale);
  }
}
