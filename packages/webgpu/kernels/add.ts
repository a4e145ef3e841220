import type { AddArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One unit. */
const TEXT = wgsl`
  fn update_unit(i: u32) {
    store_out_unit(i, load_a_unit(i) + load_b_unit(i));
  }
`;

/** out = a + b. */
export function add(launcher: Launcher, { a, b, out }: AddArguments): void {
  launchElementwise(launcher, { kernel: "add", text: [TEXT], inputs: { a, b }, outputs: { out } });
}
