import type { CopyArguments } from "@beyond24/device";
import source from "./copy.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";

/** out = x, converted. */
export function copy(launcher: Launcher, { x, out }: CopyArguments): void {
  launchElementwise(launcher, { kernel: "copy", source, inputs: { x }, outputs: { out } });
}
