import type { RouteEnergiesArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { addressOfTensor } from "../memory/storage.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, floatName, matrixSize, requireType } from "../launching/arguments.ts";

/** Warps of a block, a token each. */
const WARPS = 4;
/** Blocks that a multiprocessor holds. */
const RESIDENT = 16;
/**
 * Probes of a cluster for which lanes of a warp share the clusters of a token; there are at most as many clusters as
 * lanes.
 */
const LANE_PROBES = [8, 16, 32, 64];

/** experts[t] = the k experts of largest energy. */
export function routeEnergies(context: LaunchContext, { y, clusters, experts, share }: RouteEnergiesArguments): void {
  requireType(experts, "i32");
  requireType(share, "f32");
  const [tokens, columns] = matrixSize(y);
  const [, slots] = matrixSize(experts);
  const probes = columns / clusters;
  const isInWarps = clusters <= 32 && LANE_PROBES.includes(probes) && addressOfTensor(y) % 16n === 0n;
  const blocks = Math.min(RESIDENT * context.driver.properties.multiprocessors, Math.ceil(tokens / WARPS));
  const sharedMemory = isInWarps ? 0 : 4 * WARPS * 2 * clusters;
  const geometry = { grid: [blocks, 1, 1], block: [32 * WARPS, 1, 1], sharedMemory } as const;
  const name = `route_energies${isInWarps ? "_in_warps" : ""}_${floatName(y)}`;
  context.launch({ module: "plain/route_energies", name }, geometry, [
    address(y),
    address(experts),
    address(share),
    i32(tokens),
    i32(clusters),
    i32(probes),
    i32(slots),
  ]);
}
