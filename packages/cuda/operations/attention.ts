import type { AttentionArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { attentionAddresses, attentionSizes, checkAttentionShape, warpGrid } from "./_attention_launch.ts";
import { flashAttention } from "./_flash_attention.ts";
import { address, commonName, requireType } from "../launching/arguments.ts";

/**
 * out = softmax(causal(q · kᵀ / sqrt(headDim))) · v, by cuDNN where it was found, else on tensor cores where they fit.
 */
export function attention(context: LaunchContext, args: AttentionArguments): void {
  const { q, k, v, out, logSumExp, shape } = args;
  const type = commonName(q, k, v, out);
  requireType(logSumExp, "f32");
  const items = shape.sequences * shape.heads * shape.sequenceLength;
  if (items === 0) return;
  if (type === "bf16" && context.libraries.attention?.forward(shape, attentionAddresses(args), context)) return;
  if (type === "bf16" && flashAttention(context, args)) return;
  checkAttentionShape(shape);
  context.launch({ module: "plain/attention", name: `attention_${type}` }, warpGrid(items, shape, 1), [
    address(q),
    address(k),
    address(v),
    address(out),
    address(logSumExp),
    ...attentionSizes(items, shape),
  ]);
}
