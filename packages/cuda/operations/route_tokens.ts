import type { RouteTokensArguments } from "@beyond24/device";
import { addressOfTensor } from "../_storage.ts";
import type { LaunchGeometry } from "../driver.ts";
import type { LaunchContext } from "../launch_context.ts";
import { i32 } from "../pack_arguments.ts";
import { address, blockPerRow, floatName, matrixSize, requireType } from "./_launching.ts";
import ptx from "./route_tokens.ptx" with { type: "text" };

/** What a block that keeps all means in registers takes, and how many of its threads a multiprocessor holds. */
const FEW = { experts: 4, threads: 512, tokens: 8, resident: 768 } as const;
/** A block that takes any sizes. */
const MANY = { warps: 2, tokensOfWarp: 4 } as const;

/** experts[t] = the k experts of largest dot product. */
export function routeTokens(context: LaunchContext, { x, means, experts }: RouteTokensArguments): void {
  requireType(means, "f32");
  requireType(experts, "i32");
  const [tokens, width] = matrixSize(x);
  const [count] = matrixSize(means);
  const [, slots] = matrixSize(experts);
  const aligned = [x, means].every((tensor) => addressOfTensor(tensor) % 16n === 0n);
  const few = count <= FEW.experts && width % 8 === 0 && width <= 8 * FEW.threads && aligned;
  const geometry = few ? fewGeometry(context, tokens, width) : manyGeometry(tokens, count);
  context.launch({ ptx, name: `route_to_${few ? "few" : "many"}_${floatName(x)}` }, geometry, [
    address(x),
    address(means),
    address(experts),
    i32(tokens),
    i32(width),
    i32(count),
    i32(slots),
  ]);
}

/** As many blocks as the GPU holds at once: each reads all means once. */
function fewGeometry({ driver }: LaunchContext, tokens: number, width: number): LaunchGeometry {
  const resident = Math.max(1, Math.floor(FEW.resident / (width / 8))) * driver.properties.multiprocessors;
  return blockPerRow(Math.min(resident, Math.ceil(tokens / FEW.tokens)), width, FEW.threads);
}

function manyGeometry(tokens: number, experts: number): LaunchGeometry {
  const { warps, tokensOfWarp } = MANY;
  const grid = [Math.ceil(tokens / (warps * tokensOfWarp)), 1, 1] as const;
  return { grid, block: [32 * warps, 1, 1], sharedMemory: 4 * warps * tokensOfWarp * experts };
}
