import type { GatherClustersArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One unit of a row. */
const TEXT = wgsl`
  fn update_unit(i: u32) {
    let place = i / args.width;
    var expert = 0u;
    while (expert < args.experts && i32(place) >= load_offsets(expert + 1u)) {
      expert++;
    }
    let replica = load_order(place);
    if (replica < 0 || expert == args.experts) {
      store_out_unit(i, Unit());
      return;
    }
    let row = u32(replica) / args.replicas;
    if (row >= args.tokens) {
      store_out_unit(i, Unit(args.not_a_number));
      return;
    }
    store_out_unit(i, load_x_unit((row * args.experts + expert) * args.width + i % args.width));
  }
`;

/** out[i] = the part of x[floor(order[i] / replicas)] that is of the row's cluster, zeros for padding. */
export function gatherClusters(
  launcher: Launcher,
  { x, order, replicas = 1, segments: { offsets }, out }: GatherClustersArguments,
): void {
  const [, width = 0] = out.shape;
  launchElementwise(launcher, {
    kernel: "gatherClusters",
    text: [TEXT],
    inputs: { x },
    outputs: { out },
    tensors: { order: reads(order), offsets: reads(offsets) },
    integers: { replicas, tokens: x.shape[0] ?? 0, experts: (offsets.shape[0] ?? 1) - 1 },
    floats: { not_a_number: NaN },
    width,
  });
}
