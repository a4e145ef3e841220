import type { RouteTokensArguments } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, blockPerRow, floatName, matrixSize, requireType } from "../launching/arguments.ts";

/** What a block that keeps all means in registers takes, and how many of its threads a multiprocessor holds. */
const FEW = { experts: 4, threads: 512, tokens: 8, resident: 768 } as const;
/** Warps of a block that takes any sizes, a token each. */
const WARPS = 4;

/** experts[t] = the k experts of largest dot product. */
export function routeTokens(context: LaunchContext, { x, means, experts }: RouteTokensArguments): void {
  requireType(means, "f32");
  requireType(experts, "i32");
  const [tokens, width] = matrixSize(x);
  const [count] = matrixSize(means);
  const [, slots] = matrixSize(experts);
  const aligned = [x, means].every((tensor) => addressOfTensor(tensor) % 16n === 0n);
  const few = count <= FEW.experts && width % 8 === 0 && width <= 8 * FEW.threads && aligned;
  const perMultiprocessor = few ? Math.max(1, Math.floor(FEW.resident / (width / 8))) : 16;
  const largestGrid = perMultiprocessor * context.driver.properties.multiprocessors;
  const blocks = (tokensOfBlock: number) => Math.min(largestGrid, Math.ceil(tokens / tokensOfBlock));
  const geometry = few
    ? blockPerRow(blocks(FEW.tokens), width, FEW.threads)
    : { grid: [blocks(WARPS), 1, 1], block: [32 * WARPS, 1, 1], sharedMemory: 4 * WARPS * count } as const;
  context.launch({ module: "plain/route_tokens", name: `route_to_${few ? "few" : "many"}_${floatName(x)}` }, geometry, [
    address(x),
    address(means),
    address(experts),
    i32(tokens),
    i32(width),
    i32(count),
    i32(slots),
  ]);
}
