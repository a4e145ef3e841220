// r = relu(y1), both selections and both results in one pass over blocks of 4 rows x 4 columns: transposed, a block
// holds four groups along neurons; transposed back, four groups along tokens.
// Arguments: y1, end of offsets, gate, neurons, tokens, cols, tokens are selected along rows.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { kept0, kept1, kept2, kept3, keepTwo, magnitudeKeys, t0, t1, t2, t3, transpose } from "./selection";

// @ts-ignore: decorator
@inline
function relu(p: usize, present: bool): v128 {
  return present ? f32x4.max(v128.load(p), f32x4.splat(0)) : f32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function storeRow(gate: usize, neurons: usize, tokens: usize, r: v128, kept: v128): void {
  const square = f32x4.mul(r, r);
  v128.store(gate, f32x4.add(r, r));
  v128.store(neurons, square);
  v128.store(tokens, v128.and(square, kept));
}

export function squaredReluSelect24(): void {
  const y1 = address(0), rows = load<i32>(address(1));
  const gate = address(2), neurons = address(3), tokens = address(4), cols = argument(5);
  const select = argument(6) != 0;
  const stride = <usize>cols << 2, end = shareEnd((rows + 3) >> 2);
  for (let block = shareStart((rows + 3) >> 2); block < end; block++) {
    const present = rows - (block << 2);
    for (let c = 0; c < cols; c += 4) {
      const o0 = ((<usize>block << 2) * <usize>cols + <usize>c) << 2;
      const o1 = o0 + stride, o2 = o1 + stride, o3 = o2 + stride;
      transpose(relu(y1 + o0, true), relu(y1 + o1, present > 1), relu(y1 + o2, present > 2), relu(y1 + o3, present > 3));
      keepTwo(magnitudeKeys(t0), magnitudeKeys(t1), magnitudeKeys(t2), magnitudeKeys(t3));
      transpose(v128.and(t0, kept0), v128.and(t1, kept1), v128.and(t2, kept2), v128.and(t3, kept3));
      let s0 = i32x4.splat(-1), s1 = s0, s2 = s0, s3 = s0;
      if (select) {
        keepTwo(magnitudeKeys(t0), magnitudeKeys(t1), magnitudeKeys(t2), magnitudeKeys(t3));
        s0 = kept0;
        s1 = kept1;
        s2 = kept2;
        s3 = kept3;
      }
      storeRow(gate + o0, neurons + o0, tokens + o0, t0, s0);
      if (present > 1) storeRow(gate + o1, neurons + o1, tokens + o1, t1, s1);
      if (present > 2) storeRow(gate + o2, neurons + o2, tokens + o2, t2, s2);
      if (present > 3) storeRow(gate + o3, neurons + o3, tokens + o3, t3, s3);
    }
  }
}
