// Sums in f64 over fixed chunks, so that the bits do not depend on the number of threads.
import { address, argument, factorAt, number, shareEnd, shareStart, thread } from "./runtime";
import { sumDoubles } from "./simd";

/** Elements of a chunk. */
export const CHUNK: i32 = 16384;

/** out (+)= scale · factor · Σ x, on thread 0. Arguments: x, elements, out, scale, accumulate, factor (0: none). */
export function sum(): void {
  if (thread != 0) return;
  const x = address(0), elements = argument(1), out = address(2);
  let low = f64x2.splat(0), high = low;
  let i = 0;
  for (; i + 4 <= elements; i += 4) {
    const v = v128.load(x + (<usize>i << 2));
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)));
  }
  let total = sumDoubles(low, high);
  for (; i < elements; i++) total += <f64>load<f32>(x + (<usize>i << 2));
  total *= <f64>(number(3) * factorAt(5));
  store<f32>(out, <f32>(argument(4) ? <f64>load<f32>(out) + total : total));
}

/** Sum of squares of every chunk of x. Arguments: x, elements, f64 results. */
export function squaresOfChunks(): void {
  const x = address(0), elements = argument(1), results = address(2);
  const chunks = (elements + CHUNK - 1) / CHUNK, end = shareEnd(chunks);
  for (let chunk = shareStart(chunks); chunk < end; chunk++) {
    const last = min(elements, (chunk + 1) * CHUNK);
    let low = f64x2.splat(0), high = low;
    let i = chunk * CHUNK;
    for (; i + 4 <= last; i += 4) {
      const v = v128.load(x + (<usize>i << 2));
      const a = f64x2.promote_low_f32x4(v), b = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1));
      low = f64x2.add(low, f64x2.mul(a, a));
      high = f64x2.add(high, f64x2.mul(b, b));
    }
    let total = sumDoubles(low, high);
    for (; i < last; i++) {
      const v = <f64>load<f32>(x + (<usize>i << 2));
      total += v * v;
    }
    store<f64>(results + (<usize>chunk << 3), total);
  }
}

/** out = Σ of f64 values, on thread 0. Arguments: values, count, out. */
export function sumOfChunks(): void {
  if (thread != 0) return;
  let total: f64 = 0;
  for (let i = 0; i < argument(1); i++) total += load<f64>(address(0) + (<usize>i << 3));
  store<f32>(address(2), <f32>total);
}
