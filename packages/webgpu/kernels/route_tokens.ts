import type { RouteTokensArguments } from "@beyond24/device";
import source from "./route_tokens.wgsl" with { type: "text" };
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Invocations of a workgroup: as many scores as it computes at once. */
const LANES = 64;
/** Experts whose scores have room in the 16 KiB of workgroup memory that every adapter has, a word each. */
const MOST_EXPERTS = 4096;

/**
 * The best experts of every token. A workgroup takes so many tokens that every invocation has a score, or one token whose
 * scores are more; then one invocation a token ranks them.
 */
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
  const groupTokens = Math.max(1, Math.floor(LANES / expertCount));
  launchRows(launcher, {
    kernel: "routeTokens",
    source,
    tensors: { x: reads(x, view), means: reads(means, view), experts: writes(experts) },
    constants: { EXPERTS: expertCount, TOKENS: groupTokens, VECTOR: isVector ? 1 : 0 },
    integers: { tokens, width, slots },
    rows: Math.ceil(tokens / groupTokens),
    lanes: LANES,
    flops: 2 * tokens * width * expertCount,
  });
}
