// AdamW with decoupled decay, everything in one pass.
// Arguments: weight, gradient, mean, variance, copy (0: none), gradientFactor, schedule, elements, beta1, beta2,
// epsilon, weightDecay, 1 - beta1, 1 - beta2 (the last two rounded from f64).
import { address, argument, number, shareEnd, shareStart } from "./runtime";
import { loadUpTo, storeUpTo } from "./partial";
import { madd } from "./simd";

export function adamW(): void {
  const weights = address(0), gradients = address(1), means = address(2), variances = address(3), copies = address(4);
  const elements = argument(7), schedule = address(6);
  const factor = v128.load_splat<f32>(address(5)), rate = v128.load_splat<f32>(schedule);
  const correction1 = v128.load_splat<f32>(schedule, 4), correction2 = v128.load_splat<f32>(schedule, 8);
  const beta1 = f32x4.splat(number(8)), beta2 = f32x4.splat(number(9));
  const rest1 = f32x4.splat(number(12)), rest2 = f32x4.splat(number(13));
  const epsilon = f32x4.splat(number(10)), decay = f32x4.splat(number(11));
  const end = min(elements, shareEnd((elements + 15) >> 4) << 4);
  for (let i = shareStart((elements + 15) >> 4) << 4; i < end; i += 4) {
    const o = <usize>i << 2, n = end - i;
    const weight = loadUpTo(weights + o, n), gradient = f32x4.mul(loadUpTo(gradients + o, n), factor);
    const mean = madd(rest1, gradient, f32x4.mul(beta1, loadUpTo(means + o, n)));
    const variance = madd(f32x4.mul(rest2, gradient), gradient, f32x4.mul(beta2, loadUpTo(variances + o, n)));
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(variance, correction2)), epsilon);
    const step = madd(decay, weight, f32x4.div(f32x4.mul(mean, correction1), root));
    const updated = f32x4.sub(weight, f32x4.mul(rate, step));
    storeUpTo(means + o, n, mean);
    storeUpTo(variances + o, n, variance);
    storeUpTo(weights + o, n, updated);
    if (copies) storeUpTo(copies + o, n, updated);
  }
}
