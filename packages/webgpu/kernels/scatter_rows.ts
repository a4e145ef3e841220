import type { ScatterRowsArguments } from "@beyond24/device";
import source from "./scatter_rows.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { rowView } from "./_row_view.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** out[t] = the sum over the slots of x[positions[t, slot]], in slot order. */
export function scatterRows(launcher: Launcher, { x, positions, out }: ScatterRowsArguments): void {
  const [, slots = 0] = positions.shape;
  const { view, constants, width, count } = rowView(x, out);
  launchElements(launcher, {
    kernel: "scatterRows",
    source,
    tensors: { x: reads(x, view), positions: reads(positions), out: writes(out, view) },
    constants,
    integers: { width, slots },
    count,
  });
}
