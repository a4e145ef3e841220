import { isPacked24 } from "../packed24.ts";
import { roundTo } from "../round_to.ts";
import type { TokenGather } from "../segments.ts";
import type { Tensor } from "../tensor.ts";
import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { expectPacked, keptOf } from "./packed_expectations.ts";
import { selectedProductCases } from "./selected_product_contract.ts";
import { orderedClusters } from "./ordered_clusters.ts";
import { SORTED_ROWS, sortedSegments, TILED_ROWS } from "./sorted_rows.ts";
import { expectSelection, selectionCases, selectionOutput, type SelectionSituation } from "./selection_results.ts";
import { drawOf, expectUnbiased, SELECTION_RULES } from "./unbiased_selection.ts";

/** What is selected from, and what the selection should see of it. */
interface Source {
  readonly argument: { readonly y1: Tensor; readonly gather?: TokenGather };
  readonly sorted: Float32Array;
}

/** y1 of the sorted tokens; rows behind the last segment are NaN, because nothing may read them. */
function sortedSource(context: ContractContext, { sorted, kind }: SelectionSituation, width: number): Source {
  const { rows, used } = sorted;
  const { tensor, values } = context.input(
    [rows, width],
    context.random[kind](rows * width).fill(NaN, used * width),
  );
  return { argument: { y1: tensor }, sorted: values };
}

/** y1 of all tokens and neurons. */
function fullSource(context: ContractContext, { sorted, kind }: SelectionSituation, width: number): Source {
  return orderedClusters(context, sorted, width, (count) => context.random[kind](count));
}

async function check(
  context: ContractContext,
  situation: SelectionSituation,
  source = sortedSource,
  width = 36,
): Promise<void> {
  const { sorted, packed, rule } = situation;
  const { rows, used } = sorted;
  const { argument, sorted: values } = source(context, situation, width);
  const relu = context.packedOutput(rows, width, "cols");
  const neurons = selectionOutput(context, [rows, width], packed.neurons ? "cols" : undefined);
  const tokens = selectionOutput(context, [rows, width], packed.tokens ? "rows" : undefined);
  const segments = sortedSegments(context, sorted);
  context.kernels.squaredReluSelect24({ ...argument, segments, relu, neurons, tokens, ...drawOf(context, rule, 4) });
  const r = values.map((value) => Math.max(value, 0));
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
  ...selectionCases((context, situation) => check(context, situation)),
  ...[...SORTED_ROWS, TILED_ROWS].flatMap((sorted) =>
    SELECTION_RULES.map((rule) => ({
      name: `clusters of tokens as they come, ${rule}, ${sorted.name}`,
      run: (context: ContractContext) => {
        const situation = { sorted, packed: { neurons: true, tokens: true }, kind: "uniform", rule } as const;
        return check(context, situation, fullSource, sorted === TILED_ROWS ? 256 : 36);
      },
    }))
  ),
  ...selectedProductCases((context, { rows }, width) => (y1, results, product) => {
    const relu = context.packedOutput(rows, width, "cols");
    context.kernels.squaredReluSelect24({ y1, relu, ...results, ...(product ? { product } : {}) });
    return relu;
  }),
];
