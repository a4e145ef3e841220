import { elementCount, type GatherRowsArguments } from "@beyond24/device";
import source from "./gather_rows.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** out[i] = x[floor(order[i] / replicas)], zeros for padding. */
export function gatherRows(launcher: Launcher, { x, order, replicas = 1, out }: GatherRowsArguments): void {
  const [, width = 0] = x.shape;
  launchElements(launcher, {
    kernel: "gatherRows",
    source,
    tensors: { x: reads(x), order: reads(order), out: writes(out) },
    integers: { width, replicas },
    count: elementCount(out.shape),
  });
}
