import type { RmsNormArguments } from "@beyond24/device";
import source from "./rms_norm.wgsl" with { type: "text" };
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** out = x · inverseRms · weight, a workgroup a row. */
export function rmsNorm(launcher: Launcher, { x, weight, epsilon, out, inverseRms }: RmsNormArguments): void {
  const [rows = 0, width = 0] = x.shape;
  launchRows(launcher, {
    kernel: "rmsNorm",
    source,
    tensors: { x: reads(x), weight: reads(weight), out: writes(out), inverse_rms: writes(inverseRms) },
    integers: { width },
    floats: { epsilon },
    rows,
  });
}
