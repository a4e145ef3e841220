import type { AdamWPack, Tensor } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { f32, i32, pointer } from "../driver/pack_arguments.ts";
import { packedLayout } from "../memory/packed_layout.ts";
import { address, floatName, packedAddresses, packedArguments, strided } from "../launching/arguments.ts";
import { packsInTiles, weightTiles } from "./_weight_tiles.ts";

/** Factor on what is kept. */
export function scaleOf(pack: AdamWPack): number {
  return pack.format === "2:4 soft" ? pack.scale ?? 1 : 1;
}

/** Packs weights, and counts the mask bits that change: the soft threshold, or the two largest as they are. */
export function packWeights(context: LaunchContext, weights: Tensor, pack: AdamWPack): void {
  if (launchTiled(context, weights, pack)) return;
  const { format, packed, flips } = pack;
  const words = packedLayout(packed.rows, packed.cols, packed.axis).metadataBytes / 4;
  const name = `soft_threshold24_${floatName(weights)}`;
  context.launch({ module: "plain/soft_threshold24", name }, strided(context, words, 1), [
    address(weights),
    ...packedArguments(packed),
    f32(scaleOf(pack)),
    i32(format === "2:4 soft" ? 1 : 0),
    address(flips),
  ]);
}

/** Weights in whole tiles, at memory speed. */
function launchTiled(context: LaunchContext, weights: Tensor, pack: AdamWPack): boolean {
  const { format, packed, flips } = pack;
  if (!packsInTiles(context, packed, weights)) return false;
  const [values, metadata] = packedAddresses(packed);
  const suffix = `${format === "2:4 soft" ? "" : "_largest"}${weights.dtype === "bf16" ? "_bf16" : ""}`;
  const name = `pack_weight24${suffix}`;
  context.launch({ module: "hopper/pack_weight24", name }, weightTiles(packed.rows, packed.cols), [
    address(weights),
    pointer(0n),
    values,
    metadata,
    metadata,
    address(flips),
    f32(scaleOf(pack)),
    i32(packed.rows),
    i32(packed.cols),
  ]);
  return true;
}
