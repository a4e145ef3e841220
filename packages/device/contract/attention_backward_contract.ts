import type { AttentionShape } from "../kernels/attention.ts";
import { ATTENTION_SHAPES } from "./attention_contract.ts";
import { attentionDefinition, attentionGradients } from "./attention_definition.ts";
import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";

async function check(context: ContractContext, shape: AttentionShape): Promise<void> {
  const tokens = shape.sequences * shape.sequenceLength;
  const query = [tokens, shape.heads * shape.headDim];
  const key = [tokens, shape.keyValueHeads * shape.headDim];
  const q = context.input(query);
  const k = context.input(key);
  const v = context.input(key);
  const dOut = context.input(query);
  const results = attentionDefinition(shape, q.values, k.values, v.values);
  const out = context.input(query, results.out);
  const statistics = [shape.sequences, shape.heads, shape.sequenceLength];
  const logSumExp = context.input(statistics, results.logSumExp, "f32");
  const [dQ, dK, dV] = [context.output(query), context.output(key), context.output(key)];
  const forward = { q: q.tensor, k: k.tensor, v: v.tensor, shape, out: out.tensor, logSumExp: logSumExp.tensor };
  context.kernels.attentionBackward({ forward, dOut: dOut.tensor, dQ, dK, dV });
  const values = { q: q.values, k: k.values, v: v.values, dOut: dOut.values };
  const expected = attentionGradients(shape, values);
  await context.expectClose("dV", dV, expected.dV);
  // A lone token has no choice: the exact gradient is zero and only rounding is left, which no relative error fits.
  if (shape.sequenceLength === 1) return;
  await context.expectClose("dQ", dQ, expected.dQ);
  await context.expectClose("dK", dK, expected.dK);
}

/** The contract of `attentionBackward`. */
export const attentionBackwardContract: KernelContract = ATTENTION_SHAPES.map(({ name, shape }) => ({
  name,
  run: (context) => check(context, shape),
}));
