import { elementCount, type RopeArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";
import { part, wgsl } from "../_wgsl.ts";

/** One invocation turns a unit of pairs. `args.width` is that of half a head. */
const text = ({ GIVEN }: { readonly GIVEN: boolean }) =>
  wgsl`
    fn update_unit(pair: u32) {
      let i = pair % args.width;
      let row = pair / args.width;
      let first = row * 2u * args.width + i;
      let second = first + args.width;
      ${GIVEN ? GIVEN_POSITION : "let position = row / args.heads;"}
      let angle = u32(position) % args.sequence_length * args.width + i;
      let c = load_cosines_unit(angle);
      let s = args.direction * load_sines_unit(angle);
      let a = load_x_unit(first);
      let b = load_x_unit(second);
      store_out_unit(first, a * c - b * s);
      store_out_unit(second, b * c + a * s);
    }
  `;

const GIVEN_POSITION = wgsl`
  let position = load_positions(row / args.heads);
  if (position < 0) {
    store_out_unit(first, Unit(args.not_a_number));
    store_out_unit(second, Unit(args.not_a_number));
    return;
  }
`;

/** Turns the pairs (i, i + headDim / 2) of every head by the angle of their position. */
export function rope(launcher: Launcher, args: RopeArguments): void {
  const { x, out, heads, cosines, sines, positions, inverse } = args;
  const [sequenceLength = 1, halfWidth = 0] = cosines.shape;
  launchElementwise(launcher, {
    kernel: "rope",
    text: [part(text, { GIVEN: positions !== undefined })],
    inputs: { x, cosines, sines },
    outputs: { out },
    tensors: positions === undefined ? {} : { positions: reads(positions) },
    integers: { heads, sequence_length: sequenceLength },
    floats: { direction: inverse ? -1 : 1, not_a_number: NaN },
    width: halfWidth,
    count: elementCount(x.shape) / 2,
  });
}
