import type { Operand } from "../packed24.ts";
import { isPacked24 } from "../packed24.ts";
import type { ContractContext } from "./contract_context.ts";
import type { ContractCase } from "./kernel_contract.ts";
import { expectPacked } from "./packed_expectations.ts";
import { SORTED_ROWS, type SortedRows } from "./sorted_rows.ts";
import { SELECTION_RULES, type SelectionRule } from "./unbiased_selection.ts";

/** Which of the two results of a selection are packed. */
export interface PackedResults {
  /** What is contracted over neurons. */
  readonly neurons: boolean;
  /** What is contracted over tokens. */
  readonly tokens: boolean;
}

/** All four combinations. */
export const PACKED_RESULTS: readonly PackedResults[] = [
  { neurons: true, tokens: true },
  { neurons: true, tokens: false },
  { neurons: false, tokens: true },
  { neurons: false, tokens: false },
];

/** The ways to select tokens that the results leave. */
export function rulesOf({ tokens }: PackedResults): readonly SelectionRule[] {
  return tokens ? SELECTION_RULES : ["largest"];
}

/** `"packed neurons, dense tokens"`. */
export function resultsName({ neurons, tokens }: PackedResults, rule: SelectionRule): string {
  const ofTokens = rule === "unbiased" ? "unbiased" : tokens ? "packed" : "dense";
  return `${neurons ? "packed" : "dense"} neurons, ${ofTokens} tokens`;
}

/** A packed or a dense output of [R, C]. */
export function selectionOutput(
  context: ContractContext,
  [rows, width]: readonly [number, number],
  axis: "rows" | "cols" | undefined,
): Operand {
  return axis ? context.packedOutput(rows, width, axis) : context.output([rows, width]);
}

/** Fails unless a packed or dense result holds `values` where they are kept. */
export async function expectSelection(
  context: ContractContext,
  what: string,
  result: Operand,
  { values, kept, used }: { values: Float32Array; kept: Uint8Array; used: number },
): Promise<void> {
  if (isPacked24(result)) return await expectPacked(context, what, result, { values, kept, used });
  await context.expectRows(what, result, values.map((value, i) => kept[i] ? value : 0), used);
}

/** One situation of a selection. */
export interface SelectionSituation {
  /** How tokens are divided. */
  readonly sorted: SortedRows;
  /** Which results are packed. */
  readonly packed: PackedResults;
  /** Random values: without ties, or with ties and zeros. */
  readonly kind: "uniform" | "quarters";
  /** How tokens are selected; the largest where they are not packed. */
  readonly rule: SelectionRule;
}

/** Cases of a selection in every situation. */
export function selectionCases(
  check: (context: ContractContext, situation: SelectionSituation) => Promise<void>,
): ContractCase[] {
  return SORTED_ROWS.flatMap((sorted) =>
    PACKED_RESULTS.flatMap((packed) =>
      (["uniform", "quarters"] as const).flatMap((kind) =>
        rulesOf(packed).map((rule) => ({
          name: `${resultsName(packed, rule)}, ${kind === "quarters" ? "ties and zeros" : "no ties"}, ${sorted.name}`,
          run: (context: ContractContext) => check(context, { sorted, packed, kind, rule }),
        }))
      )
    )
  );
}
