import type { Select24Arguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { packedLayout } from "../packed_layout.ts";
import { address, floatName, packedArguments, strided, usedRows } from "./_launching.ts";
import ptx from "./select24.ptx" with { type: "text" };

/** packed = the two largest magnitudes of every group of four. */
export function select24(context: LaunchContext, { x, packed, offsets }: Select24Arguments): void {
  const words = packedLayout(packed.rows, packed.cols, packed.axis).metadataBytes / 4;
  context.launch({ ptx, name: `select24_${floatName(x)}` }, strided(context, words, 1), [
    address(x),
    ...packedArguments(packed),
    usedRows(offsets),
  ]);
}
