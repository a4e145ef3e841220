import type { FillArguments } from "@beyond24/device";
import source from "./fill.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";

/** out = value. */
export function fill(launcher: Launcher, { out, value }: FillArguments): void {
  const isInteger = out.dtype === "i32";
  launchElementwise(launcher, {
    kernel: "fill",
    source,
    outputs: { out },
    constants: { IS_INTEGER: isInteger ? 1 : 0 },
    integers: { integer: isInteger ? value : 0 },
    floats: { value },
  });
}
