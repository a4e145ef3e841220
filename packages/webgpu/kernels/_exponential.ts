import { wgsl } from "../_wgsl.ts";

/** `exp_of` and `log_of`. */
export const EXPONENTIAL: string = wgsl`
  // exp and log by polynomials (Cephes): what drivers offer differs by thousands of units in the last place.
  fn exp_of(value: f32) -> f32 {
    let x = clamp(value, -87.0, 88.0);
    let n = floor(fma(x, 1.44269504, 0.5));
    let r = fma(n, 2.12194440e-4, fma(n, -0.693359375, x));
    var p = fma(1.9875691500e-4, r, 1.3981999507e-3);
    p = fma(p, r, 8.3334519073e-3);
    p = fma(p, r, 4.1665795894e-2);
    p = fma(p, r, 1.6666665459e-1);
    p = fma(p, r, 5.0000001201e-1);
    let result = fma(p * r, r, r) + 1.0;
    let scaled = result * bitcast<f32>((i32(n) + 127) << 23u);
    // Bounds may swallow a NaN, which is told by its bits.
    let is_number = (bitcast<u32>(value) & 0x7fffffffu) <= 0x7f800000u;
    return select(value, select(scaled, 0.0, value < -87.0), is_number);
  }

  // For positive, normal numbers; infinity and NaN stay.
  fn log_of(value: f32) -> f32 {
    let bits = bitcast<u32>(value);
    var exponent = f32(i32(bits >> 23u) - 126);
    var m = bitcast<f32>((bits & 0x007fffffu) | 0x3f000000u);
    if (m < 0.707106781) {
      exponent -= 1.0;
      m = m + m;
    }
    let x = m - 1.0;
    let z = x * x;
    var p = fma(7.0376836292e-2, x, -1.1514610310e-1);
    p = fma(p, x, 1.1676998740e-1);
    p = fma(p, x, -1.2420140846e-1);
    p = fma(p, x, 1.4249322787e-1);
    p = fma(p, x, -1.6668057665e-1);
    p = fma(p, x, 2.0000714765e-1);
    p = fma(p, x, -2.4999993993e-1);
    p = fma(p, x, 3.3333331174e-1);
    let y = fma(exponent, -2.12194440e-4, p * x * z) - 0.5 * z;
    return select(value, fma(exponent, 0.693359375, x + y), bits < 0x7f800000u);
  }
`;
