// Half-rotation rotary position embedding.
// Arguments: x, out, cosines, sines, tokens, heads, headDim, sequence length, inverse, positions (or 0).
import { address, argument, shareEnd, shareStart } from "./runtime";

export function rope(): void {
  const x = address(0), out = address(1), cosines = address(2), sines = address(3);
  const heads = argument(5), half = argument(6) >> 1, length = argument(7);
  const positions = address(9);
  const sign: f32 = argument(8) ? -1 : 1, signs = f32x4.splat(sign);
  const middle = <usize>half << 2, end = shareEnd(argument(4));
  for (let t = shareStart(argument(4)); t < end; t++) {
    const position = positions ? load<i32>(positions + (<usize>t << 2)) : t;
    if (position < 0) {
      const row = <usize>(t * heads) * 2 * middle;
      memory.fill(out + row, 0xff, <usize>heads * 2 * middle);
      continue;
    }
    const angles = <usize>(position % length) * middle;
    for (let h = 0; h < heads; h++) {
      const p = <usize>(t * heads + h) * 2 * middle;
      let i = 0;
      for (; i + 4 <= half; i += 4) {
        const o = <usize>i << 2, q = p + o;
        const c = v128.load(cosines + angles + o), s = f32x4.mul(v128.load(sines + angles + o), signs);
        const a = v128.load(x + q), b = v128.load(x + q + middle);
        v128.store(out + q, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)));
        v128.store(out + q + middle, f32x4.add(f32x4.mul(b, c), f32x4.mul(a, s)));
      }
      for (; i < half; i++) {
        const o = <usize>i << 2, q = p + o;
        const c = load<f32>(cosines + angles + o), s = load<f32>(sines + angles + o) * sign;
        const a = load<f32>(x + q), b = load<f32>(x + q + middle);
        store<f32>(out + q, a * c - b * s);
        store<f32>(out + q + middle, b * c + a * s);
      }
    }
  }
}
