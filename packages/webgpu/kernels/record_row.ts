import { elementCount, type RecordRowArguments } from "@beyond24/device";
import advance from "./record_row_advance.wgsl" with { type: "text" };
import source from "./record_row.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Writes the values into row `cursor mod N` of the ring, a launch each, and moves the cursor. */
export function recordRow(launcher: Launcher, { values, ring, cursor }: RecordRowArguments): void {
  const [rows = 1, width = 0] = ring.shape;
  let first = 0;
  for (const tensor of values) {
    const count = elementCount(tensor.shape);
    launchElements(launcher, {
      kernel: "recordRow",
      source,
      tensors: { values: reads(tensor), cursor: reads(cursor), ring: writes(ring) },
      integers: { rows, width, first },
      count,
    });
    first += count;
  }
  launcher.launch({
    kernel: "recordRow advance",
    source: advance,
    tensors: { cursor: writes(cursor) },
    workgroups: [1, 1, 1],
  });
}
