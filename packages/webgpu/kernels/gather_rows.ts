import type { GatherRowsArguments } from "@beyond24/device";
import source from "./gather_rows.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";

/** out[i] = x[floor(order[i] / replicas)], zeros for padding. */
export function gatherRows(launcher: Launcher, { x, order, replicas = 1, out }: GatherRowsArguments): void {
  const [, width = 0] = out.shape;
  launchElementwise(launcher, {
    kernel: "gatherRows",
    source,
    inputs: { x },
    outputs: { out },
    tensors: { order: reads(order) },
    integers: { replicas, tokens: x.shape[0] ?? 0 },
    floats: { not_a_number: NaN },
    width,
  });
}
