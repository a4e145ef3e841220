import { type CopyArguments, elementCount } from "@beyond24/device";
import source from "./copy.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** out = x, converted. */
export function copy(launcher: Launcher, { x, out }: CopyArguments): void {
  const tensors = { x: reads(x), out: writes(out) };
  launchElements(launcher, { kernel: "copy", source, tensors, count: elementCount(out.shape) });
}
