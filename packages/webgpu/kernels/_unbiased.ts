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
  // Unbiased selection of one of every pair of rows (selectUnbiased24 of sparse24), to the bit.
  fn mix32(word: u32) -> u32 {
    var x = (word ^ (word >> 16u)) * 0x21f0aaadu;
    x = (x ^ (x >> 15u)) * 0x735a2d97u;
    return x ^ (x >> 15u);
  }

  // State of the draws of a pair of rows.
  fn pair_state(pair: u32) -> u32 {
    return mix32(mix32(args.draw_key ^ u32(load_step(0u))) ^ pair);
  }

  // Whether the first of a pair of magnitudes is kept. What is not finite is told by its bits, and never kept in the
  // first place.
  fn keeps_first(first: f32, second: f32, draw: u32) -> bool {
    let uniform_number = f32(draw >> 8u) * 5.9604644775390625e-8;
    let is_finite = max(bitcast<u32>(first), bitcast<u32>(second)) < 0x7f800000u;
    return second == 0.0 || (is_finite && uniform_number * (first + second) < first);
  }

  // One of the first two and one of the last two of four rows, by the states of both pairs; zeros are not kept.
  fn keep_unbiased(values: vec4<f32>, states: vec2<u32>, column: u32) -> u32 {
    let magnitudes = abs(values);
    let upper = select(2u, 1u, keeps_first(magnitudes.x, magnitudes.y, mix32(states.x ^ column)));
    let lower = select(8u, 4u, keeps_first(magnitudes.z, magnitudes.w, mix32(states.y ^ column)));
    return (upper | lower) & non_zero(magnitude_keys(values));
  }

  // What takes the place of each of four values when it is kept: the sum of its pair with its sign.
  fn pair_sums(values: vec4<f32>) -> vec4<f32> {
    let sums = abs(values) + abs(values.yxwz);
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(sums) | (bitcast<vec4<u32>>(values) & vec4<u32>(0x80000000u)));
  }
`;
