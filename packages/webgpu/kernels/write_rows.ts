import { elementCount, type WriteRowsArguments } from "@beyond24/device";
import source from "./write_rows.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";

/** out[rows[t]] = x[t], converted. */
export function writeRows(launcher: Launcher, { x, rows, out }: WriteRowsArguments): void {
  const [capacity = 0, width = 0] = out.shape;
  launchElementwise(launcher, {
    kernel: "writeRows",
    source,
    inputs: { x },
    outputs: { out },
    tensors: { rows: reads(rows) },
    integers: { capacity },
    width,
    count: elementCount(x.shape),
  });
}
