// out = x · inverseRms · weight, a row at a time. The sum of squares is in f64; one that f32 does not hold gives NaN.
// Arguments: x, weight, epsilon, out, inverseRms, tokens, width D.
import { address, argument, number, shareEnd, shareStart } from "./runtime";
import { sumDoubles } from "./simd";

function sumOfSquares(row: usize, width: i32): f64 {
  let low = f64x2.splat(0), high = low;
  let d = 0;
  for (; d + 4 <= width; d += 4) {
    const v = v128.load(row + (<usize>d << 2)), s = f32x4.mul(v, v);
    low = f64x2.add(low, f64x2.promote_low_f32x4(s));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(s, s, 2, 3, 0, 1)));
  }
  let sum = sumDoubles(low, high);
  for (; d < width; d++) {
    const v = <f64>load<f32>(row + (<usize>d << 2));
    sum += v * v;
  }
  return sum;
}

export function rmsNorm(): void {
  const x = address(0), weight = address(1), epsilon = <f64>number(2), out = address(3), inverses = address(4);
  const width = argument(6), stride = <usize>width << 2, end = shareEnd(argument(5));
  for (let t = shareStart(argument(5)); t < end; t++) {
    const row = x + <usize>t * stride, result = out + <usize>t * stride;
    const squares = sumOfSquares(row, width);
    const inverse: f32 = squares <= <f64>f32.MAX_VALUE ? <f32>(1 / sqrt(squares / <f64>width + epsilon)) : NaN;
    store<f32>(inverses + (<usize>t << 2), inverse);
    const factor = f32x4.splat(inverse);
    let d = 0;
    for (; d + 4 <= width; d += 4) {
      const o = <usize>d << 2;
      v128.store(result + o, f32x4.mul(f32x4.mul(v128.load(row + o), factor), v128.load(weight + o)));
    }
    for (; d < width; d++) {
      const o = <usize>d << 2;
      store<f32>(result + o, load<f32>(row + o) * inverse * load<f32>(weight + o));
    }
  }
}
