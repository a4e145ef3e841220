// dy1 = 2 · dy2 ⊙ relu and its selection along tokens, in one pass. A dropped place stays zero whatever dy2 holds
// there. Along neurons dy1 has the mask of the relu, so a zero in a kept place is stored as -0: no product can tell it
// from 0, and the canonical form can. Arguments: dy2, relu, end of offsets, neurons, tokens, cols, tokens are selected
// along rows, step (0: the largest), key.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { keeps0, keeps1, keeps2, keeps3, magnitudeKeys } from "./selection";
import { drawState, keepsFirst, pairState, stored } from "./unbiased";

// @ts-ignore: decorator
@inline
function gradientOf(dy2: usize, relu: usize, present: bool): v128 {
  if (!present) return f32x4.splat(0);
  const factor = v128.load(relu);
  return v128.and(f32x4.mul(v128.load(dy2), f32x4.add(factor, factor)), f32x4.ne(factor, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function storeRow(neurons: usize, tokens: usize, relu: usize, value: v128, token: v128): void {
  const zero = f32x4.splat(0), isZero = f32x4.eq(value, zero), open = f32x4.ne(v128.load(relu), zero);
  v128.store(neurons, v128.or(value, v128.and(v128.and(isZero, open), i32x4.splat(0x80000000))));
  v128.store(tokens, token);
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
    const upper = pairState(state, block << 1), lower = pairState(state, (block << 1) + 1);
    for (let c = 0; c < cols; c += 4) {
      const o0 = ((<usize>block << 2) * <usize>cols + <usize>c) << 2;
      const o1 = o0 + stride, o2 = o1 + stride, o3 = o2 + stride;
      const v0 = gradientOf(dy2 + o0, relu + o0, true), v1 = gradientOf(dy2 + o1, relu + o1, present > 1);
      const v2 = gradientOf(dy2 + o2, relu + o2, present > 2), v3 = gradientOf(dy2 + o3, relu + o3, present > 3);
      let s0: v128, s1: v128, s2: v128, s3: v128;
      if (unbiased) {
        const first = keepsFirst(v0, v1, upper, c), third = keepsFirst(v2, v3, lower, c);
        s0 = stored(v0, v1, first);
        s1 = stored(v1, v0, v128.not(first));
        s2 = stored(v2, v3, third);
        s3 = stored(v3, v2, v128.not(third));
      } else {
        let kept0 = i32x4.splat(-1), kept1 = kept0, kept2 = kept0, kept3 = kept0;
        if (largest) {
          const k0 = magnitudeKeys(v0), k1 = magnitudeKeys(v1), k2 = magnitudeKeys(v2), k3 = magnitudeKeys(v3);
          kept0 = keeps0(k0, k1, k2, k3);
          kept1 = keeps1(k0, k1, k2, k3);
          kept2 = keeps2(k0, k1, k2, k3);
          kept3 = keeps3(kept0, kept1, kept2);
        }
        s0 = masked(v0, kept0);
        s1 = masked(v1, kept1);
        s2 = masked(v2, kept2);
        s3 = masked(v3, kept3);
      }
      storeRow(neurons + o0, tokens + o0, relu + o0, v0, s0);
      if (present > 1) storeRow(neurons + o1, tokens + o1, relu + o1, v1, s1);
      if (present > 2) storeRow(neurons + o2, tokens + o2, relu + o2, v2, s2);
      if (present > 3) storeRow(neurons + o3, tokens + o3, relu + o3, v3, s3);
    }
  }
}
