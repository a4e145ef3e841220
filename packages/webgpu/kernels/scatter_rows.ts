import type { ScatterRowsArguments } from "@beyond24/device";
import source from "./scatter_rows.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";

/** out[t] = the sum over the slots of x[positions[t, slot]], in slot order. */
export function scatterRows(launcher: Launcher, { x, positions, out }: ScatterRowsArguments): void {
  const [, slots = 0] = positions.shape;
  const [, width = 0] = out.shape;
  launchElementwise(launcher, {
    kernel: "scatterRows",
    source,
    inputs: { x },
    outputs: { out },
    tensors: { positions: reads(positions) },
    integers: { slots, rows: x.shape[0] ?? 0 },
    floats: { not_a_number: NaN },
    width,
  });
}
