import { elementCount, type RopeArguments } from "@beyond24/device";
import source from "./rope.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Turns the pairs (i, i + headDim / 2) of every head by the angle of their position. */
export function rope(launcher: Launcher, { x, out, heads, cosines, sines, inverse }: RopeArguments): void {
  const [sequenceLength = 1, halfWidth = 0] = cosines.shape;
  launchElements(launcher, {
    kernel: "rope",
    source,
    tensors: { x: reads(x), cosines: reads(cosines), sines: reads(sines), out: writes(out) },
    integers: { heads, sequence_length: sequenceLength, half_width: halfWidth },
    floats: { direction: inverse ? -1 : 1 },
    count: elementCount(x.shape) / 2,
  });
}
