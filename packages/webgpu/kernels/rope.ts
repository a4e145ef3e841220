import { elementCount, type RopeArguments } from "@beyond24/device";
import source from "./rope.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";

/** Turns the pairs (i, i + headDim / 2) of every head by the angle of their position. */
export function rope(launcher: Launcher, args: RopeArguments): void {
  const { x, out, heads, cosines, sines, positions, inverse } = args;
  const [sequenceLength = 1, halfWidth = 0] = cosines.shape;
  launchElementwise(launcher, {
    kernel: "rope",
    source,
    inputs: { x, cosines, sines },
    outputs: { out },
    tensors: positions === undefined ? {} : { positions: reads(positions) },
    constants: { GIVEN: positions === undefined ? 0 : 1 },
    integers: { heads, sequence_length: sequenceLength },
    floats: { direction: inverse ? -1 : 1, not_a_number: NaN },
    width: halfWidth,
    count: elementCount(x.shape) / 2,
  });
}
