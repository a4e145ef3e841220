// dy1 = 2 · dy2 ⊙ relu and its selection along tokens, in one pass. A dropped place stays zero whatever dy2 holds
// there. Along neurons dy1 has the mask of the relu, so a zero in a kept place is stored as -0: no product can tell it
// from 0, and the canonical form can. Arguments: dy2, relu, end of offsets, neurons, tokens, cols, tokens are selected
// along rows, step (0: the largest), key.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { keeps0, keeps1, keeps2, keeps3, magnitudeKeys } from "./selection";
import { drawState, groupState, storeUnbiased } from "./unbiased";

// @ts-ignore: decorator
@inline
function gradientOf(dy2: usize, relu: usize, present: bool): v128 {
  if (!present) return f32x4.splat(0);
  const factor = v128.load(relu);
  return v128.and(f32x4.mul(v128.load(dy2), f32x4.add(factor, factor)), f32x4.ne(factor, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function storeRow(neurons: usize, relu: usize, value: v128): void {
  const zero = f32x4.splat(0), isZero = f32x4.eq(value, zero), open = f32x4.ne(v128.load(relu), zero);
  v128.store(neurons, v128.or(value, v128.and(v128.and(isZero, open), i32x4.splat(0x80000000))));
}

/** What is kept, without zeros. */
// @ts-ignore: decorator
@inline
function masked(value: v128, kept: v128): v128 {
  return v128.and(value, v128.and(kept, f32x4.ne(value, f32x4.splat(0))));
}

export function squaredReluBackwardSelect24(): void {
  const dy2 = address(0), relu = address(1), rows = load<i32>(address(2));
  const neurons = address(3), tokens = address(4), cols = argument(5);
  const step = address(7), unbiased = step != 0, largest = argument(6) != 0 && !unbiased;
  const state = unbiased ? drawState(argument(8), step) : 0;
  const stride = <usize>cols << 2, end = shareEnd((rows + 3) >> 2);
  for (let block = shareStart((rows + 3) >> 2); block < end; block++) {
    const present = rows - (block << 2);
    const ofBlock = groupState(state, block);
    for (let c = 0; c < cols; c += 4) {
      const o0 = ((<usize>block << 2) * <usize>cols + <usize>c) << 2;
      const o1 = o0 + stride, o2 = o1 + stride, o3 = o2 + stride;
      const v0 = gradientOf(dy2 + o0, relu + o0, true), v1 = gradientOf(dy2 + o1, relu + o1, present > 1);
      const v2 = gradientOf(dy2 + o2, relu + o2, present > 2), v3 = gradientOf(dy2 + o3, relu + o3, present > 3);
      storeRow(neurons + o0, relu + o0, v0);
      if (present > 1) storeRow(neurons + o1, relu + o1, v1);
      if (present > 2) storeRow(neurons + o2, relu + o2, v2);
      if (present > 3) storeRow(neurons + o3, relu + o3, v3);
      if (unbiased) {
        storeUnbiased(tokens + o0, stride, present, 4, v0, v1, v2, v3, ofBlock, c);
        continue;
      }
      let kept0 = i32x4.splat(-1), kept1 = kept0, kept2 = kept0, kept3 = kept0;
      if (largest) {
        const k0 = magnitudeKeys(v0), k1 = magnitudeKeys(v1), k2 = magnitudeKeys(v2), k3 = magnitudeKeys(v3);
        kept0 = keeps0(k0, k1, k2, k3);
        kept1 = keeps1(k0, k1, k2, k3);
        kept2 = keeps2(k0, k1, k2, k3);
        kept3 = keeps3(kept0, kept1, kept2);
      }
      v128.store(tokens + o0, masked(v0, kept0));
      if (present > 1) v128.store(tokens + o1, masked(v1, kept1));
      if (present > 2) v128.store(tokens + o2, masked(v2, kept2));
      if (present > 3) v128.store(tokens + o3, masked(v3, kept3));
    }
  }
}
