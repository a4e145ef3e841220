import type { RouteTokensArguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { i32 } from "../pack_arguments.ts";
import { address, floatName, matrixSize, requireType } from "./_launching.ts";
import ptx from "./route_tokens.ptx" with { type: "text" };

const WARPS = 2;
/** Tokens of a warp. */
const TOKENS = 4;

/** experts[t] = the k experts of largest dot product. */
export function routeTokens(context: LaunchContext, { x, means, experts }: RouteTokensArguments): void {
  requireType(means, "f32");
  requireType(experts, "i32");
  const [tokens, width] = matrixSize(x);
  const [count] = matrixSize(means);
  const [, slots] = matrixSize(experts);
  const grid = [Math.ceil(tokens / (WARPS * TOKENS)), 1, 1] as const;
  const geometry = { grid, block: [32 * WARPS, 1, 1] as const, sharedMemory: 4 * WARPS * TOKENS * count };
  context.launch({ ptx, name: `route_tokens_${floatName(x)}` }, geometry, [
    address(x),
    address(means),
    address(experts),
    i32(tokens),
    i32(width),
    i32(count),
    i32(slots),
  ]);
}
