import type { AttentionArguments } from "@beyond24/device";
import source from "./attention.wgsl" with { type: "text" };
import { launchAttention } from "./_attention_launch.ts";
import { type Launcher, writes } from "../_launch.ts";

/** out = softmax(causal(q · kᵀ / sqrt(headDim))) · v, a few queries an invocation. */
export function attention(launcher: Launcher, { q, k, v, shape, out, logSumExp }: AttentionArguments): void {
  launchAttention(launcher, shape, {
    kernel: "attention",
    source,
    inputs: { q, k, v },
    outputs: { out },
    statistics: { log_sum_exp: writes(logSumExp) },
    ownsKeys: false,
    flopsPerPair: 4,
  });
}
