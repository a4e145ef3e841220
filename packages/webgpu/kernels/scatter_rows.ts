import type { ScatterRowsArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One unit of a row. */
const TEXT = wgsl`
  fn update_unit(i: u32) {
    let first = i / args.width * args.slots;
    var sum = Unit();
    for (var slot = first; slot < first + args.slots; slot++) {
      let row = u32(load_positions(slot));
      if (row >= args.rows) {
        store_out_unit(i, Unit(args.not_a_number));
        return;
      }
      sum += load_x_unit(row * args.width + i % args.width);
    }
    store_out_unit(i, sum);
  }
`;

/** out[t] = the sum over the slots of x[positions[t, slot]], in slot order. */
export function scatterRows(launcher: Launcher, { x, positions, out }: ScatterRowsArguments): void {
  const [, slots = 0] = positions.shape;
  const [, width = 0] = out.shape;
  launchElementwise(launcher, {
    kernel: "scatterRows",
    text: [TEXT],
    inputs: { x },
    outputs: { out },
    tensors: { positions: reads(positions) },
    integers: { slots, rows: x.shape[0] ?? 0 },
    floats: { not_a_number: NaN },
    width,
  });
}
