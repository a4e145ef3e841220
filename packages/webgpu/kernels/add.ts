import { type AddArguments, elementCount } from "@beyond24/device";
import source from "./add.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** out = a + b. */
export function add(launcher: Launcher, { a, b, out }: AddArguments): void {
  const tensors = { a: reads(a), b: reads(b), out: writes(out) };
  launchElements(launcher, { kernel: "add", source, tensors, count: elementCount(out.shape) });
}
