// What a row of scores sums up to.
import { exp1, exp4, maxLanes, sumLanes } from "./simd";

/** The largest of a row; a NaN is passed over here and comes back with the exponentials. */
export function largestOf(row: usize, count: i32): f32 {
  let m = f32x4.splat(-Infinity);
  let i = 0;
  for (; i + 4 <= count; i += 4) m = f32x4.pmax(m, v128.load(row + (<usize>i << 2)));
  let largest = maxLanes(m);
  for (; i < count; i++) largest = max(largest, load<f32>(row + (<usize>i << 2)));
  return largest;
}

/** Σ exp(row − largest); the terms are stored when `out` is not 0. */
export function sumOfExponentials(row: usize, out: usize, count: i32, largest: f32): f32 {
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
