import { isPacked24, type PackedMatrix24 } from "../packed24.ts";
import { roundTo } from "../round_to.ts";
import type { Segments } from "../segments.ts";
import type { Tensor } from "../tensor.ts";
import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { completedMask, keptOf } from "./packed_expectations.ts";
import { selectedProductCases } from "./selected_product_contract.ts";
import { sortedSegments } from "./sorted_rows.ts";
import { expectSelection, selectionCases, selectionOutput, type SelectionSituation } from "./selection_results.ts";
import { drawOf, expectUnbiased } from "./unbiased_selection.ts";

/** The relu of pre-activations [R, C]. */
function reluOf(context: ContractContext, y1: Tensor, segments: Segments): PackedMatrix24 {
  const [rows = 0, width = 0] = y1.shape;
  const [relu, neurons, tokens] = [
    context.packedOutput(rows, width, "cols"),
    context.packedOutput(rows, width, "cols"),
    context.packedOutput(rows, width, "rows"),
  ];
  context.kernels.squaredReluSelect24({ y1, segments, relu, neurons, tokens });
  return relu;
}

async function check(context: ContractContext, { sorted, packed, kind, rule }: SelectionSituation): Promise<void> {
  const width = 36;
  const { rows, used } = sorted;
  const random = () => context.random[kind](rows * width).fill(NaN, used * width);
  const y1 = context.input([rows, width], random());
  const dy2 = context.input([rows, width], random());
  const segments = sortedSegments(context, sorted);
  const relu = reluOf(context, y1.tensor, segments);

  const neurons = selectionOutput(context, [rows, width], packed.neurons ? "cols" : undefined);
  const tokens = selectionOutput(context, [rows, width], packed.tokens ? "rows" : undefined);
  context.kernels.squaredReluBackwardSelect24({
    dy2: dy2.tensor,
    relu,
    segments,
    neurons,
    tokens,
    ...drawOf(context, rule, 3),
  });

  const r = y1.values.map((value) => Math.max(value, 0));
  const kept = completedMask(r, undefined, rows, width, "cols");
  const nonZero = keptOf(r, rows, width, "cols");
  const dy1 = dy2.values.map((value, i) => nonZero[i] ? value * 2 * (r[i] ?? NaN) : 0);
  roundTo(dy1, context.activation);
  await expectSelection(context, "neurons", neurons, { values: dy1, kept, used });
  if (rule === "unbiased" && isPacked24(tokens)) {
    return await expectUnbiased(context, "tokens", tokens, { values: dy1, step: 3, used });
  }
  const keptAlongTokens = keptOf(dy1, rows, width, "rows");
  await expectSelection(context, "tokens", tokens, { values: dy1, kept: packed.tokens ? keptAlongTokens : kept, used });
}

/** The contract of `squaredReluBackwardSelect24`. */
export const squaredReluBackwardSelect24Contract: KernelContract = [
  ...selectionCases(check),
  ...selectedProductCases((context, sorted, width) => {
    const { rows, used } = sorted;
    const y1 = context.input([rows, width], context.random.uniform(rows * width).fill(NaN, used * width));
    const relu = reluOf(context, y1.tensor, sortedSegments(context, sorted));
    return (dy2, results, product) => {
      context.kernels.squaredReluBackwardSelect24({ dy2, relu, ...results, ...(product ? { product } : {}) });
    };
  }),
];
