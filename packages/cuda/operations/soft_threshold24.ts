import type { SoftThreshold24Arguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { f32 } from "../pack_arguments.ts";
import { packedLayout } from "../packed_layout.ts";
import { address, floatName, packedArguments, strided } from "./_launching.ts";
import ptx from "./soft_threshold24.ptx" with { type: "text" };

/** packed = scale · S24(weights), and the mask bits that changed. */
export function softThreshold24(context: LaunchContext, args: SoftThreshold24Arguments): void {
  const { weights, packed, scale = 1, flips } = args;
  const words = packedLayout(packed.rows, packed.cols, packed.axis).metadataBytes / 4;
  context.launch({ ptx, name: `soft_threshold24_${floatName(weights)}` }, strided(context, words, 1), [
    address(weights),
    ...packedArguments(packed),
    f32(scale),
    address(flips),
  ]);
}
