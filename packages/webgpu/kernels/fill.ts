import { elementCount, type FillArguments } from "@beyond24/device";
import source from "./fill.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, writes } from "../_launch.ts";

/** out = value. */
export function fill(launcher: Launcher, { out, value }: FillArguments): void {
  const isInteger = out.dtype === "i32";
  launchElements(launcher, {
    kernel: "fill",
    source,
    tensors: { out: writes(out) },
    constants: { IS_INTEGER: isInteger ? 1 : 0 },
    integers: { integer: isInteger ? value : 0 },
    floats: { value },
    count: elementCount(out.shape),
  });
}
