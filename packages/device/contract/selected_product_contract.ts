import type { SelectedProduct, UnbiasedDraw } from "../kernels/sparsity.ts";
import { isPacked24, type Operand, type PackedMatrix24 } from "../packed24.ts";
import type { Segments } from "../segments.ts";
import type { Tensor } from "../tensor.ts";
import { assertSame, type Numbers } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";
import type { ContractCase } from "./kernel_contract.ts";
import { densePacked } from "./packed_expectations.ts";
import { PACKED_RESULTS, type PackedResults, resultsName, rulesOf, selectionOutput } from "./selection_results.ts";
import { SELECTED_ROWS, sortedInput, type SortedRows, sortedSegments } from "./sorted_rows.ts";
import { drawOf, type SelectionRule } from "./unbiased_selection.ts";

/** One selection of either kind, from what is in `source` or from a product. Gives what else it wrote. */
export type Selection = (
  source: Tensor,
  results: {
    readonly segments: Segments;
    readonly neurons: Operand;
    readonly tokens: Operand;
    readonly unbiased?: UnbiasedDraw;
  },
  product?: SelectedProduct,
) => PackedMatrix24 | void;

/** A product and what is selected from it. */
interface Variation {
  readonly sorted: SortedRows;
  readonly packed: PackedResults;
  readonly rule: SelectionRule;
  readonly hasPackedWeights: boolean;
  readonly width: number;
}

/** Values and mask of the rows in use. */
async function usedRows(context: ContractContext, result: Operand, used: number): Promise<Numbers[]> {
  if (!isPacked24(result)) return [(await context.read(result)).subarray(0, used * (result.shape[1] ?? 0))];
  const { values, mask } = densePacked(await context.readPacked(result), result.axis);
  return [values, mask].map((array) => array.subarray(0, used * result.cols));
}

async function check(context: ContractContext, select: Selection, variation: Variation): Promise<void> {
  const { sorted, packed, rule, hasPackedWeights, width } = variation;
  const { rows, used, experts } = sorted;
  const features = 44;
  const segments = sortedSegments(context, sorted);
  const x = sortedInput(context, sorted, features).tensor;
  const weights = hasPackedWeights
    ? context.packedInput(experts * width, features, "cols").packed
    : context.input([experts * width, features]).tensor;
  const draw = drawOf(context, rule, 5);
  const outputs = () => ({
    segments,
    ...draw,
    neurons: selectionOutput(context, [rows, width], packed.neurons ? "cols" : undefined),
    tokens: selectionOutput(context, [rows, width], packed.tokens ? "rows" : undefined),
  });
  const y = context.output([rows, width]);
  const [apart, within] = [outputs(), outputs()];
  context.kernels.groupedMatmulNeurons({ x, weights, segments, out: y });
  const others = [select(y, apart), select(context.output([rows, width]), within, { x, weights })];
  const [expected, actual] = [apart, within].map((results, i) => [results.neurons, results.tokens, others[i]]);
  for (const [i, result] of (expected ?? []).entries()) {
    const same = actual?.[i];
    if (!result || !same) continue;
    const [wanted, got] = [await usedRows(context, result, used), await usedRows(context, same, used)];
    for (const [part, values] of wanted.entries()) assertSame(got[part] ?? [], values, `result ${i}, part ${part}`);
  }
}

/**
 * Cases of a selection within a product: the same bits as the product and the selection one after the other.
 *
 * @param prepare Makes the selection for [R, C], which runs twice
 */
export function selectedProductCases(
  prepare: (context: ContractContext, sorted: SortedRows, width: number) => Selection,
): ContractCase[] {
  return SELECTED_ROWS.flatMap((sorted) =>
    PACKED_RESULTS.flatMap((packed, i) =>
      rulesOf(packed).map((rule) => {
        const hasPackedWeights = i % 2 === 0;
        const width = packed.tokens ? 36 : 72;
        const weights = `${hasPackedWeights ? "packed" : "dense"} weights`;
        return {
          name: `of a product with ${weights}, ${resultsName(packed, rule)}, ${sorted.name}`,
          run: (context: ContractContext) =>
            check(context, prepare(context, sorted, width), { sorted, packed, rule, hasPackedWeights, width }),
        };
      })
    )
  );
}
