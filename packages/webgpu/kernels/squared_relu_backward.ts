import type { SquaredReluBackwardArguments } from "@beyond24/device";
import source from "./squared_relu_backward.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";

/** dX = 2 · dOut · max(x, 0). */
export function squaredReluBackward(launcher: Launcher, { x, dOut, dX }: SquaredReluBackwardArguments): void {
  const [inputs, outputs] = [{ x, d_out: dOut }, { d_x: dX }];
  launchElementwise(launcher, { kernel: "squaredReluBackward", source, inputs, outputs });
}
