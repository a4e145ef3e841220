import type { GatherRowsArguments } from "@beyond24/device";
import source from "./gather_rows.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { rowView } from "./_row_view.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** out[i] = x[floor(order[i] / replicas)], zeros for padding. */
export function gatherRows(launcher: Launcher, { x, order, replicas = 1, out }: GatherRowsArguments): void {
  const { view, constants, width, count } = rowView(x, out);
  launchElements(launcher, {
    kernel: "gatherRows",
    source,
    tensors: { x: reads(x, view), order: reads(order), out: writes(out, view) },
    constants,
    integers: { width, replicas },
    count,
  });
}
