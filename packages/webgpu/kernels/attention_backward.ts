import type { AttentionBackwardArguments } from "@beyond24/device";
import deltaSource from "./attention_backward_delta.wgsl" with { type: "text" };
import keysSource from "./attention_backward_keys.wgsl" with { type: "text" };
import queriesSource from "./attention_backward_queries.wgsl" with { type: "text" };
import { launchAttention } from "./_attention_launch.ts";
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Once over the keys of every query for dQ, once over the queries of every key for dK and dV: nobody adds atomically. */
export function attentionBackward(
  launcher: Launcher,
  { forward, dOut, dQ, dK, dV }: AttentionBackwardArguments,
): void {
  const { q, k, v, shape, out, logSumExp } = forward;
  const count = shape.sequences * shape.heads * shape.sequenceLength;
  const delta = launcher.scratch("attentionBackward", count, "f32");
  launchElements(launcher, {
    kernel: "attentionBackward delta",
    source: deltaSource,
    tensors: { d_out: reads(dOut), out: reads(out), delta: writes(delta) },
    constants: { HEAD_DIM: shape.headDim },
    integers: { length: shape.sequenceLength, heads: shape.heads },
    count,
  });
  const inputs = { q, k, v, d_out: dOut };
  const statistics = { log_sum_exp: reads(logSumExp), delta: reads(delta) };
  launchAttention(launcher, shape, {
    kernel: "attentionBackward queries",
    source: queriesSource,
    inputs,
    outputs: { d_q: dQ },
    statistics,
    ownsKeys: false,
    flopsPerPair: 6,
  });
  launchAttention(launcher, shape, {
    kernel: "attentionBackward keys",
    source: keysSource,
    inputs,
    outputs: { d_k: dK, d_v: dV },
    statistics,
    ownsKeys: true,
    flopsPerPair: 8,
  });
}
