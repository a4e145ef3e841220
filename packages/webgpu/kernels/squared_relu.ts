import type { SquaredReluArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One unit. */
const TEXT = wgsl`
  fn update_unit(i: u32) {
    let x = load_x_unit(i);
    // Not max: that may swallow a NaN.
    let r = select(x, Unit(), x <= Unit());
    store_out_unit(i, r * r);
  }
`;

/** out = max(x, 0)². */
export function squaredRelu(launcher: Launcher, { x, out }: SquaredReluArguments): void {
  launchElementwise(launcher, { kernel: "squaredRelu", text: [TEXT], inputs: { x }, outputs: { out } });
}
