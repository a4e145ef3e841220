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

/** The gate of pre-activations [R, C]. */
function gateOf(context: ContractContext, y1: Tensor, segments: Segments): PackedMatrix24 {
  const [rows = 0, width = 0] = y1.shape;
  const [gate, neurons, tokens] = [
    context.packedOutput(rows, width, "cols"),
    context.packedOutput(rows, width, "cols"),
    context.packedOutput(rows, width, "rows"),
  ];
  context.kernels.squaredReluSelect24({ y1, segments, gate, neurons, tokens });
  return gate;
}

async function check(context: ContractContext, { sorted, packed, kind, rule }: SelectionSituation): Promise<void> {
  const width = 36;
  const { rows, used } = sorted;
  const random = () => context.random[kind](rows * width).fill(NaN, used * width);
  const y1 = context.input([rows, width], random());
  const dy2 = context.input([rows, width], random());
  const segments = sortedSegments(context, sorted);
  const gate = gateOf(context, y1.tensor, segments);

  const neurons = selectionOutput(context, [rows, width], packed.neurons ? "cols" : undefined);
  const tokens = selectionOutput(context, [rows, width], packed.tokens ? "rows" : undefined);
  context.kernels.gateSelect24({ dy2: dy2.tensor, gate, segments, neurons, tokens, ...drawOf(context, rule, 3) });

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

/** The contract of `gateSelect24`. */
export const gateSelect24Contract: KernelContract = [
  ...selectionCases(check),
  ...selectedProductCases((context, sorted, width) => {
    const { rows, used } = sorted;
    const y1 = context.input([rows, width], context.random.uniform(rows * width).fill(NaN, used * width));
    const gate = gateOf(context, y1.tensor, sortedSegments(context, sorted));
    return (dy2, results, product) => {
      context.kernels.gateSelect24({ dy2, gate, ...results, ...(product ? { product } : {}) });
    };
  }),
];
