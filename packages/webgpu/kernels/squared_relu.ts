import type { SquaredReluArguments } from "@beyond24/device";
import source from "./squared_relu.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";

/** out = max(x, 0)². */
export function squaredRelu(launcher: Launcher, { x, out }: SquaredReluArguments): void {
  launchElementwise(launcher, { kernel: "squaredRelu", source, inputs: { x }, outputs: { out } });
}
