import type { SoftThreshold24Arguments } from "@beyond24/device";
import { packMatrix } from "./_pack_matrix.ts";
import type { Launcher } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** The two largest, moved towards zero by the second smallest magnitude; what becomes zero is not kept. */
const TEXT = wgsl`
  fn select_group(x: vec4<f32>, line: u32, group: u32) -> Kept {
    let k = magnitude_keys(x);
    let threshold = bitcast<f32>(min(max(min(k.x, k.y), min(k.z, k.w)), min(max(k.x, k.y), max(k.z, k.w))));
    let magnitude = abs(x) - vec4<f32>(threshold);
    let shrunk = masked(select(magnitude, -magnitude, x < vec4<f32>(0.0)), keep_two(k));
    return Kept(shrunk * args.scale, non_zero(magnitude_keys(shrunk)));
  }
`;

/** packed = scale · S24(weights), and the mask bits that changed. */
export function softThreshold24(
  launcher: Launcher,
  { weights, packed, scale = 1, flips }: SoftThreshold24Arguments,
): void {
  packMatrix(launcher, weights, packed, { kernel: "softThreshold24", text: TEXT, floats: { scale }, flips });
}
