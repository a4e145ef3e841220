// r = relu(y1), both selections and both results in one pass over blocks of 4 rows x 4 columns: transposed, a block
// holds four groups along neurons; transposed back, four groups along tokens.
// Arguments: y1, end of offsets, relu, neurons, tokens, cols, tokens are selected along rows, step (0: the largest),
// key.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { column0, column1, column2, column3, keeps0, keeps1, keeps2, keeps3, magnitudeKeys } from "./selection";
import { drawState, groupState, storeUnbiased } from "./unbiased";

// @ts-ignore: decorator
@inline
function reluOf(p: usize, present: bool): v128 {
  return present ? f32x4.max(v128.load(p), f32x4.splat(0)) : f32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function storeRow(relu: usize, neurons: usize, r: v128, square: v128): void {
  v128.store(relu, r);
  v128.store(neurons, square);
}

export function squaredReluSelect24(): void {
  const from = address(0), rows = load<i32>(address(1));
  const relu = address(2), neurons = address(3), tokens = address(4), cols = argument(5);
  const step = address(7), unbiased = step != 0, largest = argument(6) != 0 && !unbiased;
  const state = unbiased ? drawState(argument(8), step) : 0;
  const stride = <usize>cols << 2, end = shareEnd((rows + 3) >> 2);
  for (let block = shareStart((rows + 3) >> 2); block < end; block++) {
    const present = rows - (block << 2);
    const ofBlock = groupState(state, block);
    for (let c = 0; c < cols; c += 4) {
      const o0 = ((<usize>block << 2) * <usize>cols + <usize>c) << 2;
      const o1 = o0 + stride, o2 = o1 + stride, o3 = o2 + stride;
      const x0 = reluOf(from + o0, true), x1 = reluOf(from + o1, present > 1);
      const x2 = reluOf(from + o2, present > 2), x3 = reluOf(from + o3, present > 3);
      const v0 = column0(x0, x1, x2, x3), v1 = column1(x0, x1, x2, x3);
      const v2 = column2(x0, x1, x2, x3), v3 = column3(x0, x1, x2, x3);
      const k0 = magnitudeKeys(v0), k1 = magnitudeKeys(v1), k2 = magnitudeKeys(v2), k3 = magnitudeKeys(v3);
      const kept0 = keeps0(k0, k1, k2, k3), kept1 = keeps1(k0, k1, k2, k3), kept2 = keeps2(k0, k1, k2, k3);
      const m0 = v128.and(v0, kept0), m1 = v128.and(v1, kept1);
      const m2 = v128.and(v2, kept2), m3 = v128.and(v3, keeps3(kept0, kept1, kept2));
      const t0 = column0(m0, m1, m2, m3), t1 = column1(m0, m1, m2, m3);
      const t2 = column2(m0, m1, m2, m3), t3 = column3(m0, m1, m2, m3);
      const y0 = f32x4.mul(t0, t0), y1 = f32x4.mul(t1, t1), y2 = f32x4.mul(t2, t2), y3 = f32x4.mul(t3, t3);
      storeRow(relu + o0, neurons + o0, t0, y0);
      if (present > 1) storeRow(relu + o1, neurons + o1, t1, y1);
      if (present > 2) storeRow(relu + o2, neurons + o2, t2, y2);
      if (present > 3) storeRow(relu + o3, neurons + o3, t3, y3);
      if (unbiased) {
        storeUnbiased(tokens + o0, stride, present, 4, y0, y1, y2, y3, ofBlock, c);
        continue;
      }
      let s0 = y0, s1 = y1, s2 = y2, s3 = y3;
      if (largest) {
        const l0 = magnitudeKeys(t0), l1 = magnitudeKeys(t1), l2 = magnitudeKeys(t2), l3 = magnitudeKeys(t3);
        const kept0 = keeps0(l0, l1, l2, l3), kept1 = keeps1(l0, l1, l2, l3), kept2 = keeps2(l0, l1, l2, l3);
        s0 = v128.and(y0, kept0);
        s1 = v128.and(y1, kept1);
        s2 = v128.and(y2, kept2);
        s3 = v128.and(y3, keeps3(kept0, kept1, kept2));
      }
      v128.store(tokens + o0, s0);
      if (present > 1) v128.store(tokens + o1, s1);
      if (present > 2) v128.store(tokens + o2, s2);
      if (present > 3) v128.store(tokens + o3, s3);
    }
  }
}
