import { wgsl } from "../_wgsl.ts";

/** `nearest_half`, of one, two and four values. */
export const NEAREST_HALF: string = wgsl`
  // f32 to the nearest half, ties to even, still as f32. WGSL leaves the rounding of conversions to the device, and
  // some cut off (docs/log.md); what is a half already converts exactly everywhere.
  fn nearest_half(x: f32) -> f32 {
    let bits = bitcast<u32>(x);
    let magnitude = bits & 0x7fffffffu;
    var nearest = (magnitude + 0xfffu + ((magnitude >> 13u) & 1u)) & 0xffffe000u;
    if (magnitude < 0x38800000u) {
      // Below 2^-14 halves are multiples of 2^-24.
      nearest = bitcast<u32>(round(bitcast<f32>(magnitude) * 16777216.0) / 16777216.0);
    }
    if (nearest >= 0x47800000u) {
      nearest = 0x7f800000u;
    }
    if (magnitude > 0x7f800000u) {
      nearest = magnitude;
    }
    return bitcast<f32>((bits & 0x80000000u) | nearest);
  }

  fn nearest_half2(x: vec2<f32>) -> vec2<f32> {
    return vec2<f32>(nearest_half(x.x), nearest_half(x.y));
  }

  fn nearest_half4(x: vec4<f32>) -> vec4<f32> {
    return vec4<f32>(nearest_half2(x.xy), nearest_half2(x.zw));
  }
`;
