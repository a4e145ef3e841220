import type { SoftThreshold24Arguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { f32, i32, pointer } from "../pack_arguments.ts";
import { packedLayout } from "../packed_layout.ts";
import { address, floatName, packedAddresses, packedArguments, strided } from "./_launching.ts";
import { packsInTiles, weightTiles } from "./_weight_tiles.ts";
import ptx from "./soft_threshold24.ptx" with { type: "text" };
import packWeight24 from "../kernels/pack_weight24.ptx" with { type: "text" };

/** packed = scale · S24(weights), and the mask bits that changed. */
export function softThreshold24(context: LaunchContext, args: SoftThreshold24Arguments): void {
  if (launchTiled(context, args)) return;
  const { weights, packed, scale = 1, flips } = args;
  const words = packedLayout(packed.rows, packed.cols, packed.axis).metadataBytes / 4;
  context.launch({ ptx, name: `soft_threshold24_${floatName(weights)}` }, strided(context, words, 1), [
    address(weights),
    ...packedArguments(packed),
    f32(scale),
    address(flips),
  ]);
}

/** Master weights in whole tiles, at memory speed. */
function launchTiled(context: LaunchContext, { weights, packed, scale = 1, flips }: SoftThreshold24Arguments): boolean {
  if (weights.dtype !== "f32" || !packsInTiles(context, packed, weights)) return false;
  const [values, metadata] = packedAddresses(packed);
  context.launch({ ptx: packWeight24, name: "pack_weight24" }, weightTiles(packed.rows, packed.cols), [
    address(weights),
    pointer(0n),
    values,
    metadata,
    metadata,
    address(flips),
    f32(scale),
    i32(packed.rows),
    i32(packed.cols),
  ]);
  return true;
}
