// Two commands, as `dX` may be `dOut`: first the gradient of the gains, where a thread takes columns and goes through
// the tokens in order (the same bits however many threads there are), then the gradient of the input, where it takes
// rows.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { madd, sumLanes } from "./simd";

/** Tokens summed in f32 before the sum is added to the gradient. */
const CHUNK: i32 = 64;

/** dWeight += Σ dOut · x · inverseRms. Arguments: x, inverseRms, dOut, dWeight, tokens, width D. */
export function rmsNormBackwardWeight(): void {
  const x = address(0), inverses = address(1), dOut = address(2), dWeight = address(3);
  const tokens = argument(4), width = argument(5), stride = <usize>width << 2;
  const end = min(width, shareEnd((width + 15) >> 4) << 4);
  let d = shareStart((width + 15) >> 4) << 4;
  // Sixteen columns are a cache line.
  for (; d + 16 <= end; d += 16) {
    const o = <usize>d << 2, to = dWeight + o;
    for (let first = 0; first < tokens; first += CHUNK) {
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      const last = min(tokens, first + CHUNK);
      for (let t = first; t < last; t++) {
        const p = x + o + <usize>t * stride, q = dOut + o + <usize>t * stride;
        const inverse = v128.load_splat<f32>(inverses + (<usize>t << 2));
        s0 = madd(f32x4.mul(v128.load(p), inverse), v128.load(q), s0);
        s1 = madd(f32x4.mul(v128.load(p, 16), inverse), v128.load(q, 16), s1);
        s2 = madd(f32x4.mul(v128.load(p, 32), inverse), v128.load(q, 32), s2);
        s3 = madd(f32x4.mul(v128.load(p, 48), inverse), v128.load(q, 48), s3);
      }
      v128.store(to, f32x4.add(v128.load(to), s0));
      v128.store(to, f32x4.add(v128.load(to, 16), s1), 16);
      v128.store(to, f32x4.add(v128.load(to, 32), s2), 32);
      v128.store(to, f32x4.add(v128.load(to, 48), s3), 48);
    }
  }
  for (; d < end; d++) {
    const o = <usize>d << 2;
    let total: f64 = load<f32>(dWeight + o);
    for (let t = 0; t < tokens; t++) {
      const p = o + <usize>t * stride;
      total += <f64>(load<f32>(x + p) * load<f32>(inverses + (<usize>t << 2)) * load<f32>(dOut + p));
    }
    store<f32>(dWeight + o, <f32>total);
  }
}

/** Arguments: x, weight, inverseRms, dOut, dX, tokens, width D, accumulate. */
export function rmsNormBackwardInput(): void {
  const x = address(0), weight = address(1), inverses = address(2), dOut = address(3), dX = address(4);
  const width = argument(6), accumulate = argument(7) != 0, stride = <usize>width << 2, end = shareEnd(argument(5));
  for (let t = shareStart(argument(5)); t < end; t++) {
    const row = <usize>t * stride, inverse = load<f32>(inverses + (<usize>t << 2));
    let dots = f32x4.splat(0), more = dots;
    let d = 0;
    for (; d + 8 <= width; d += 8) {
      const o = <usize>d << 2, p = row + o;
      dots = madd(f32x4.mul(v128.load(dOut + p), v128.load(weight + o)), v128.load(x + p), dots);
      more = madd(f32x4.mul(v128.load(dOut + p, 16), v128.load(weight + o, 16)), v128.load(x + p, 16), more);
    }
    let dot = sumLanes(f32x4.add(dots, more));
    for (; d < width; d++) {
      const o = <usize>d << 2, p = row + o;
      dot += load<f32>(dOut + p) * load<f32>(weight + o) * load<f32>(x + p);
    }
    // n = x · inverse, so n · mean(g · n) = x · (inverse² · Σ g · x / D).
    const scale = inverse * inverse * dot / <f32>width;
    const factor = f32x4.splat(inverse), factors = f32x4.splat(scale);
    for (d = 0; d + 4 <= width; d += 4) {
      const o = <usize>d << 2, p = row + o;
      const g = f32x4.mul(v128.load(dOut + p), v128.load(weight + o));
      let result = f32x4.mul(factor, f32x4.sub(g, f32x4.mul(v128.load(x + p), factors)));
      if (accumulate) result = f32x4.add(v128.load(dX + p), result);
      v128.store(dX + p, result);
    }
    for (; d < width; d++) {
      const o = <usize>d << 2, p = row + o;
      const result = inverse * (load<f32>(dOut + p) * load<f32>(weight + o) - load<f32>(x + p) * scale);
      store<f32>(dX + p, accumulate ? load<f32>(dX + p) + result : result);
    }
  }
}
