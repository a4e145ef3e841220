import type { GatherRowsArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One unit of a row. */
const TEXT = wgsl`
  fn update_unit(i: u32) {
    let replica = load_order(i / args.width);
    if (replica < 0) {
      store_out_unit(i, Unit());
      return;
    }
    let row = u32(replica) / args.replicas;
    if (row >= args.tokens) {
      store_out_unit(i, Unit(args.not_a_number));
      return;
    }
    store_out_unit(i, load_x_unit(row * args.width + i % args.width));
  }
`;

/** out[i] = x[floor(order[i] / replicas)], zeros for padding. */
export function gatherRows(launcher: Launcher, { x, order, replicas = 1, out }: GatherRowsArguments): void {
  const [, width = 0] = out.shape;
  launchElementwise(launcher, {
    kernel: "gatherRows",
    text: [TEXT],
    inputs: { x },
    outputs: { out },
    tensors: { order: reads(order) },
    integers: { replicas, tokens: x.shape[0] ?? 0 },
    floats: { not_a_number: NaN },
    width,
  });
}
