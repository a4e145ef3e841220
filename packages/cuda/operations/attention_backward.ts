import type { AttentionBackwardArguments } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { KernelEntry, LaunchContext } from "../launching/launch_context.ts";
import { pointer } from "../driver/pack_arguments.ts";
import { attentionAddresses, attentionSizes, checkAttentionShape, warpGrid } from "./_attention_launch.ts";
import { flashAttentionBackward } from "./_flash_attention.ts";
import { address, commonName } from "../launching/arguments.ts";

/** The gradients of attention, by cuDNN where it was found, else on tensor cores where they fit. */
export function attentionBackward(context: LaunchContext, args: AttentionBackwardArguments): void {
  const { forward, dOut, dQ, dK, dV } = args;
  const type = commonName(forward.q, forward.k, forward.v, forward.out, dOut, dQ, dK, dV);
  const { sequences, heads, sequenceLength } = forward.shape;
  if (sequences * heads * sequenceLength === 0) return;
  const gradients = {
    dOut: addressOfTensor(dOut),
    dQ: addressOfTensor(dQ),
    dK: addressOfTensor(dK),
    dV: addressOfTensor(dV),
  };
  const addresses = { ...attentionAddresses(forward), ...gradients };
  if (type === "bf16" && context.libraries.attention?.backward(forward.shape, addresses, context)) return;
  launchOwn(context, args, type);
}

function launchOwn(context: LaunchContext, args: AttentionBackwardArguments, type: "f32" | "bf16"): void {
  const { forward, dOut, dQ, dK, dV } = args;
  const { q, k, v, out, logSumExp, shape } = forward;
  checkAttentionShape(shape);
  const queries = shape.sequences * shape.heads * shape.sequenceLength;
  const keys = shape.sequences * shape.keyValueHeads * shape.sequenceLength;
  const deltas = pointer(context.scratch(4 * queries));
  const entry = (part: string): KernelEntry => ({
    module: "plain/attention_backward",
    name: `attention_backward_${part}_${type}`,
  });
  const statistics = [address(logSumExp), deltas];
  const inputs = [address(q), address(k), address(v), address(dOut), ...statistics];
  context.launch(entry("deltas"), warpGrid(queries, shape, 0), [
    address(dOut),
    address(out),
    deltas,
    ...attentionSizes(queries, shape),
  ]);
  if (type === "bf16" && flashAttentionBackward(context, args, deltas)) return;
  context.launch(entry("queries"), warpGrid(queries, shape, 2), [
    ...inputs,
    address(dQ),
    ...attentionSizes(queries, shape),
  ]);
  context.launch(entry("keys"), warpGrid(keys, shape, 2), [
    ...inputs,
    address(dK),
    address(dV),
    ...attentionSizes(keys, shape),
  ]);
}
