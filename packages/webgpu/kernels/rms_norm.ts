import type { RmsNormArguments } from "@beyond24/device";
import source from "./rms_norm.wgsl" with { type: "text" };
import { add } from "./add.ts";
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** out = x · inverseRms · weight, a workgroup a row. */
export function rmsNorm(launcher: Launcher, args: RmsNormArguments): void {
  const { residual, weight, epsilon, out, inverseRms } = args;
  if (residual) add(launcher, { a: args.x, b: residual.addend, out: residual.sum });
  const x = residual?.sum ?? args.x;
  const [rows = 0, width = 0] = x.shape;
  launchRows(launcher, {
    kernel: "rmsNorm",
    source,
    tensors: { x: reads(x), weight: reads(weight), out: writes(out), inverse_rms: writes(inverseRms) },
    integers: { width },
    floats: { epsilon, not_a_number: NaN },
    rows,
  });
}
