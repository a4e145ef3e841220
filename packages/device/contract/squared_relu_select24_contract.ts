import { isPacked24 } from "../packed24.ts";
import { roundTo } from "../round_to.ts";
import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { expectPacked, keptOf } from "./packed_expectations.ts";
import { selectedProductCases } from "./selected_product_contract.ts";
import { sortedSegments } from "./sorted_rows.ts";
import { expectSelection, selectionCases, selectionOutput, type SelectionSituation } from "./selection_results.ts";
import { drawOf, expectUnbiased } from "./unbiased_selection.ts";

async function check(context: ContractContext, { sorted, packed, kind, rule }: SelectionSituation): Promise<void> {
  const width = 36;
  const { rows, used } = sorted;
  const y1 = context.input([rows, width], context.random[kind](rows * width).fill(NaN, used * width));
  const relu = context.packedOutput(rows, width, "cols");
  const neurons = selectionOutput(context, [rows, width], packed.neurons ? "cols" : undefined);
  const tokens = selectionOutput(context, [rows, width], packed.tokens ? "rows" : undefined);
  const segments = sortedSegments(context, sorted);
  context.kernels.squaredReluSelect24({ y1: y1.tensor, segments, relu, neurons, tokens, ...drawOf(context, rule, 4) });
  const r = y1.values.map((value) => Math.max(value, 0));
  const kept = keptOf(r, rows, width, "cols");
  const squares = r.map((value) => value * value);
  await expectPacked(context, "relu", relu, { values: r, kept, used });
  await expectSelection(context, "neurons", neurons, { values: squares, kept, used });
  if (rule === "unbiased" && isPacked24(tokens)) {
    const rounded = squares.map((value, i) => kept[i] ? value : 0);
    roundTo(rounded, context.activation);
    return await expectUnbiased(context, "tokens", tokens, { values: rounded, step: 4, used });
  }
  const keptAlongTokens = keptOf(r.map((value, i) => kept[i] ? value : 0), rows, width, "rows");
  await expectSelection(context, "tokens", tokens, {
    values: squares,
    kept: packed.tokens ? keptAlongTokens : kept,
    used,
  });
}

/** The contract of `squaredReluSelect24`. */
export const squaredReluSelect24Contract: KernelContract = [
  ...selectionCases(check),
  ...selectedProductCases((context, { rows }, width) => (y1, results, product) => {
    const relu = context.packedOutput(rows, width, "cols");
    context.kernels.squaredReluSelect24({ y1, relu, ...results, ...(product ? { product } : {}) });
    return relu;
  }),
];
