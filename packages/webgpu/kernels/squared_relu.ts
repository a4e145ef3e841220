import { elementCount, type SquaredReluArguments } from "@beyond24/device";
import source from "./squared_relu.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** out = max(x, 0)². */
export function squaredRelu(launcher: Launcher, { x, out }: SquaredReluArguments): void {
  const tensors = { x: reads(x), out: writes(out) };
  launchElements(launcher, { kernel: "squaredRelu", source, tensors, count: elementCount(out.shape) });
}
