import { elementCount, type RopeArguments } from "@beyond24/device";
import source from "./rope.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";

/** Turns the pairs (i, i + headDim / 2) of every head by the angle of their position. */
export function rope(launcher: Launcher, { x, out, heads, cosines, sines, inverse }: RopeArguments): void {
  const [sequenceLength = 1, halfWidth = 0] = cosines.shape;
  launchElementwise(launcher, {
    kernel: "rope",
    source,
    inputs: { x, cosines, sines },
    outputs: { out },
    integers: { heads, sequence_length: sequenceLength },
    floats: { direction: inverse ? -1 : 1 },
    width: halfWidth,
    count: elementCount(x.shape) / 2,
  });
}
