import type { UnbiasedDraw } from "@beyond24/device";
import { type Launch, reads } from "../_launch.ts";
import { part, type ShaderPart, wgsl } from "../_wgsl.ts";

/** What a launch that may draw needs for it. */
export interface DrawLaunch extends Required<Pick<Launch, "tensors" | "integers">> {
  /** The draws, where there are some. */
  readonly text: ShaderPart;
}

/** What a launch is told about its draws. */
export function drawLaunch(unbiased: UnbiasedDraw | undefined): DrawLaunch {
  const text = part(drawText, { UNBIASED: unbiased !== undefined });
  if (unbiased === undefined) return { tensors: {}, integers: {}, text };
  return { tensors: { step: reads(unbiased.step) }, integers: { draw_key: unbiased.key }, text };
}

const drawText = ({ UNBIASED }: { readonly UNBIASED: boolean }) => UNBIASED ? UNBIASED_DRAW : "";

const UNBIASED_DRAW = wgsl`
  // Unbiased selection of two of every four rows (selectUnbiased24 of sparse24), to the bit.
  fn mix32(word: u32) -> u32 {
    var x = (word ^ (word >> 16u)) * 0x21f0aaadu;
    x = (x ^ (x >> 15u)) * 0x735a2d97u;
    return x ^ (x >> 15u);
  }

  // State of the draws of four rows.
  fn group_state(group: u32) -> u32 {
    return mix32(mix32(args.draw_key ^ u32(load_step(0u))) ^ group);
  }

  fn difference(a: u32, b: u32) -> u32 {
    return bitcast<u32>(bitcast<f32>(a) - bitcast<f32>(b));
  }

  fn sum_of(a: u32, b: u32) -> u32 {
    return bitcast<u32>(bitcast<f32>(a) + bitcast<f32>(b));
  }

  struct Drawn {
    // What takes the place of each of four values when it is kept.
    values: vec4<f32>,
    // Those that are kept; zeros are not.
    mask: u32,
  }

  // Two of four rows. Magnitudes are compared as integers: a comparison of floats need not know what is not finite.
  fn draw_two(values: vec4<f32>, state: u32, column: u32) -> Drawn {
    let keys = magnitude_keys(values);
    let upper = max(keys.x, keys.y);
    let lower = max(keys.z, keys.w);
    let first = min(keys.x, keys.y);
    let of_two = sum_of(first, min(keys.z, keys.w));
    let rest = sum_of(of_two, min(upper, lower));
    let half = bitcast<u32>(bitcast<f32>(sum_of(max(upper, lower), rest)) * 0.5);
    let share = min(rest, half);
    // The product is at most the share; that keeps compilers from rounding it and the difference at once.
    let uniform_number = f32(mix32(state ^ column) >> 8u) * 5.9604644775390625e-8;
    let part = min(bitcast<u32>(uniform_number * bitcast<f32>(share)), share);
    let mark = min(difference(rest, part), rest - 1u);
    let is_number = rest <= 0x7f800000u;
    let is_late = is_number && mark > share;
    let keeps_first = is_number && first > select(mark, difference(mark, share), is_late);
    let keeps_third = !(is_number && of_two > mark);
    let keeps_second = is_late == (keeps_first != keeps_third);
    let of_upper = select(!is_late, keeps_third, upper < lower);
    let of_lower = select(keeps_third, !is_late, upper < lower);
    let kept = select(0u, 1u, select(of_upper, keeps_first, keys.x < keys.y)) |
      select(0u, 2u, select(keeps_first, of_upper, keys.x < keys.y)) |
      select(0u, 4u, select(of_lower, keeps_second, keys.z < keys.w)) |
      select(0u, 8u, select(keeps_second, of_lower, keys.z < keys.w));
    let sizes = max(keys, vec4<u32>(share & 0x7fffffffu));
    let signs = bitcast<vec4<u32>>(values) & vec4<u32>(0x80000000u);
    return Drawn(bitcast<vec4<f32>>(sizes | signs), kept & non_zero(sizes));
  }
`;
