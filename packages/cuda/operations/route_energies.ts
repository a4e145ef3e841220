import type { RouteEnergiesArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, floatName, matrixSize, requireType } from "../launching/arguments.ts";

/** Warps of a block, a token each. */
const WARPS = 4;
/** Blocks that a multiprocessor holds. */
const RESIDENT = 16;

/** experts[t] = the k experts of largest energy. */
export function routeEnergies(context: LaunchContext, { y, clusters, experts, share }: RouteEnergiesArguments): void {
  requireType(experts, "i32");
  requireType(share, "f32");
  const [tokens, columns] = matrixSize(y);
  const [, slots] = matrixSize(experts);
  const blocks = Math.min(RESIDENT * context.driver.properties.multiprocessors, Math.ceil(tokens / WARPS));
  const geometry = { grid: [blocks, 1, 1], block: [32 * WARPS, 1, 1], sharedMemory: 4 * WARPS * 2 * clusters } as const;
  context.launch({ module: "plain/route_energies", name: `route_energies_${floatName(y)}` }, geometry, [
    address(y),
    address(experts),
    address(share),
    i32(tokens),
    i32(clusters),
    i32(columns / clusters),
    i32(slots),
  ]);
}
