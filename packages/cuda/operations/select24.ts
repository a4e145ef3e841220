import type { Select24Arguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { packedLayout } from "../memory/packed_layout.ts";
import { address, drawArguments, floatName, packedArguments, strided, usedRows } from "../launching/arguments.ts";
import { packWeights } from "./_pack_weights.ts";

/** packed = the two largest magnitudes of every group of four, or without bias two of every four rows. */
export function select24(context: LaunchContext, args: Select24Arguments): void {
  const { x, packed, segments, unbiased, flips } = args;
  if (flips) return packWeights(context, x, { format: "2:4", packed, flips });
  const words = packedLayout(packed.rows, packed.cols, packed.axis).metadataBytes / 4;
  context.launch({ module: "plain/select24", name: `select24_${floatName(x)}` }, strided(context, words, 1), [
    address(x),
    ...packedArguments(packed),
    usedRows(segments),
    ...drawArguments(unbiased),
  ]);
}
