import type { AddArguments } from "@beyond24/device";
import source from "./add.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";

/** out = a + b. */
export function add(launcher: Launcher, { a, b, out }: AddArguments): void {
  launchElementwise(launcher, { kernel: "add", source, inputs: { a, b }, outputs: { out } });
}
