import type { CopyArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One unit. */
const TEXT = wgsl`
  fn update_unit(i: u32) {
    store_out_unit(i, load_x_unit(i));
  }
`;

/** out = x, converted. */
export function copy(launcher: Launcher, { x, out }: CopyArguments): void {
  launchElementwise(launcher, { kernel: "copy", text: [TEXT], inputs: { x }, outputs: { out } });
}
