import type { RouteEnergiesArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { addressOfTensor } from "../memory/storage.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, floatName, matrixSize, requireType } from "../launching/arguments.ts";

/** Warps of a block, a token each. */
const WARPS = 4;
/** Blocks that a multiprocessor holds. */
const RESIDENT = 16;
/** Lanes of a warp share the clusters of a token, where there are at most as many clusters as lanes. */
const LANES = 32;
/** Neurons of a cluster for which a lane has eight of one cluster at a time, in the order of the plain kernel. */
const LANE_PROBES = [8, 16, 32, 64];

/** The kernel for so many neurons of a cluster: the fast ones load eight at once. */
function kernelName(clusters: number, neurons: number, isAligned: boolean): string {
  if (clusters > LANES || neurons % 8 !== 0 || !isAligned) return "route_energies";
  if (LANE_PROBES.includes(neurons)) return "route_energies_in_warps";
  return neurons > 64 ? "route_all_energies" : "route_energies";
}

/** experts[t] = the k experts of largest energy. */
export function routeEnergies(context: LaunchContext, { y, clusters, experts, share }: RouteEnergiesArguments): void {
  requireType(experts, "i32");
  requireType(share, "f32");
  const [tokens, columns] = matrixSize(y);
  const [, slots] = matrixSize(experts);
  const probes = columns / clusters;
  const kernel = kernelName(clusters, probes, addressOfTensor(y) % 16n === 0n);
  const blocks = Math.min(RESIDENT * context.driver.properties.multiprocessors, Math.ceil(tokens / WARPS));
  const sharedMemory = kernel === "route_energies" ? 4 * WARPS * 2 * clusters : 0;
  const geometry = { grid: [blocks, 1, 1], block: [32 * WARPS, 1, 1], sharedMemory } as const;
  const name = `${kernel}_${floatName(y)}`;
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
