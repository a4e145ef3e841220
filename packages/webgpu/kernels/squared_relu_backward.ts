import { elementCount, type SquaredReluBackwardArguments } from "@beyond24/device";
import source from "./squared_relu_backward.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** dX = 2 · dOut · max(x, 0). */
export function squaredReluBackward(launcher: Launcher, { x, dOut, dX }: SquaredReluBackwardArguments): void {
  const tensors = { x: reads(x), d_out: reads(dOut), d_x: writes(dX) };
  launchElements(launcher, { kernel: "squaredReluBackward", source, tensors, count: elementCount(dX.shape) });
}
