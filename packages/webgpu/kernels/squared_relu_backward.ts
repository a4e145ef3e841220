import type { SquaredReluBackwardArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One unit. */
const TEXT = wgsl`
  fn update_unit(i: u32) {
    let x = load_x_unit(i);
    let r = select(x, Unit(), x <= Unit());
    store_d_x_unit(i, 2.0 * load_d_out_unit(i) * r);
  }
`;

/** dX = 2 · dOut · max(x, 0). */
export function squaredReluBackward(launcher: Launcher, { x, dOut, dX }: SquaredReluBackwardArguments): void {
  const [inputs, outputs] = [{ x, d_out: dOut }, { d_x: dX }];
  launchElementwise(launcher, { kernel: "squaredReluBackward", text: [TEXT], inputs, outputs });
}
