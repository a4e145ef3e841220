import type { AttentionBackwardArguments } from "@beyond24/device";
import { keysText, queriesText } from "./_attention_backward_text.ts";
import { launchAttention } from "./_attention_launch.ts";
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { part, wgsl } from "../_wgsl.ts";

/** dOut · out of one query of one head. */
const DELTA = wgsl`
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = index_of(id, groups);
    if (i >= args.count) {
      return;
    }
    let position = i % args.length;
    let head = i / args.length % args.heads;
    let sequence = i / args.length / args.heads;
    let start = ((sequence * args.length + position) * args.heads + head) * HEAD_DIM;
    var sum = 0.0;
    for (var d = 0u; d < HEAD_DIM; d++) {
      sum = fma(load_d_out(start + d), load_out(start + d), sum);
    }
    store_delta(i, sum);
  }
`;

/**
 * Once over the keys of every query for dQ, once over the queries of every key for dK and dV: nobody adds atomically.
 */
export function attentionBackward(
  launcher: Launcher,
  { forward, dOut, dQ, dK, dV }: AttentionBackwardArguments,
): void {
  const { q, k, v, shape, out, logSumExp } = forward;
  const count = shape.sequences * shape.heads * shape.sequenceLength;
  const delta = launcher.scratch("attentionBackward", count, "f32");
  launchElements(launcher, {
    kernel: "attentionBackward delta",
    text: [part(() => DELTA, { HEAD_DIM: shape.headDim })],
    tensors: { d_out: reads(dOut), out: reads(out), delta: writes(delta) },
    integers: { length: shape.sequenceLength, heads: shape.heads },
    count,
  });
  const inputs = { q, k, v, d_out: dOut };
  const statistics = { log_sum_exp: reads(logSumExp), delta: reads(delta) };
  launchAttention(launcher, shape, {
    kernel: "attentionBackward queries",
    text: queriesText,
    inputs,
    outputs: { d_q: dQ },
    statistics,
    ownsKeys: false,
    flopsPerPair: 6,
  });
  launchAttention(launcher, shape, {
    kernel: "attentionBackward keys",
    text: keysText,
    inputs,
    outputs: { d_k: dK, d_v: dV },
    statistics,
    ownsKeys: true,
    flopsPerPair: 8,
  });
}
