import { elementCount, type WriteRowsArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One unit of a row. */
const TEXT = wgsl`
  fn update_unit(i: u32) {
    let row = u32(load_rows(i / args.width));
    if (row < args.capacity) {
      store_out_unit(row * args.width + i % args.width, load_x_unit(i));
    }
  }
`;

/** out[rows[t]] = x[t], converted. */
export function writeRows(launcher: Launcher, { x, rows, out }: WriteRowsArguments): void {
  const [capacity = 0, width = 0] = out.shape;
  launchElementwise(launcher, {
    kernel: "writeRows",
    text: [TEXT],
    inputs: { x },
    outputs: { out },
    tensors: { rows: reads(rows) },
    integers: { capacity },
    width,
    count: elementCount(x.shape),
  });
}
