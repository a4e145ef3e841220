import type { RouteTokensArguments } from "@beyond24/device";
import source from "./route_tokens.wgsl" with { type: "text" };
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Invocations of a workgroup: few, so that a few thousand tokens give work to all of a GPU. */
const LANES = 32;
/** Tokens and experts that one invocation scores with each other. */
const [TILE_TOKENS, TILE_EXPERTS] = [2, 4];
/** Experts whose scores have room in the 16 KiB of workgroup memory that every adapter has, a word each. */
const MOST_EXPERTS = 4096;

/** How the scores of so many experts are computed: a workgroup takes as many tokens as give each invocation a tile. */
function scoreConstants(experts: number): { readonly TOKENS: number } & Readonly<Record<string, number>> {
  const tileTokens = experts * TILE_TOKENS > MOST_EXPERTS ? 1 : TILE_TOKENS;
  const tileExperts = Math.min(TILE_EXPERTS, experts);
  const tiles = Math.ceil(experts / tileExperts);
  return {
    EXPERTS: experts,
    TILE_TOKENS: tileTokens,
    TILE_EXPERTS: tileExperts,
    EXPERT_TILES: tiles,
    TOKENS: tileTokens * Math.max(1, Math.floor(LANES / tiles)),
  };
}

/** The best experts of every token: scores go to workgroup memory, and from there an invocation ranks those of a token. */
export function routeTokens(launcher: Launcher, { x, means, experts }: RouteTokensArguments): void {
  const [tokens = 0, width = 0] = x.shape;
  const [expertCount = 1] = means.shape;
  const [, slots = 1] = experts.shape;
  if (expertCount > MOST_EXPERTS) {
    throw new RangeError(
      `Cannot route to more than ${MOST_EXPERTS} experts as their scores must fit into workgroup memory: current value is ${expertCount}`,
    );
  }
  const isVector = [width, x.offset, means.offset].every((extent) => extent % 4 === 0);
  const view = isVector ? "vector" : "scalar";
  const constants = scoreConstants(expertCount);
  launchRows(launcher, {
    kernel: "routeTokens",
    source,
    tensors: { x: reads(x, view), means: reads(means, view), experts: writes(experts) },
    constants: { ...constants, VECTOR: isVector ? 1 : 0 },
    integers: { tokens, width, slots },
    rows: Math.ceil(tokens / constants.TOKENS),
    lanes: LANES,
    flops: 2 * tokens * width * expertCount,
  });
}
