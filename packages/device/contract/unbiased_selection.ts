import { selectUnbiased24 } from "@beyond24/sparse24";
import type { UnbiasedDraw } from "../kernels/sparsity.ts";
import type { PackedMatrix24 } from "../packed24.ts";
import { roundTo } from "../round_to.ts";
import { assertSame } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";
import { completedMask, densePacked } from "./packed_expectations.ts";

/** How two of four are chosen along tokens. */
export type SelectionRule = "largest" | "unbiased";

/** Both rules. */
export const SELECTION_RULES: readonly SelectionRule[] = ["largest", "unbiased"];

/** A key that needs all 32 bits. */
const KEY = 0xfedcba98;

/** The counters of a selection at a step, as an argument of a kernel; none where the largest are selected. */
export function drawOf(context: ContractContext, rule: SelectionRule, step: number): { unbiased?: UnbiasedDraw } {
  return rule === "unbiased" ? { unbiased: { key: KEY, step: context.integers([1], [step]) } } : {};
}

/** A matrix from which an unbiased selection along rows has been made. */
export interface UnbiasedSource {
  /** Its values, rounded to the activation type. */
  readonly values: Float32Array;
  /** The step of the draw. */
  readonly step: number;
  /** Rows in use: the others are not looked at. */
  readonly used: number;
}

/** Fails unless a packed matrix is, to the last bit, what an unbiased selection of `values` is at a step. */
export async function expectUnbiased(
  context: ContractContext,
  what: string,
  packed: PackedMatrix24,
  { values, step, used }: UnbiasedSource,
): Promise<void> {
  const { rows, cols } = packed;
  const expected = selectUnbiased24(values, { rows, cols }, { seed: KEY ^ step, axis: "rows" });
  const kept = Uint8Array.from(expected, (value) => value === 0 ? 0 : 1);
  roundTo(expected, context.activation);
  const dense = densePacked(await context.readPacked(packed), "rows");
  const end = used * cols;
  const mask = completedMask(expected, kept, rows, cols, "rows");
  assertSame(dense.mask.subarray(0, end), mask.subarray(0, end), `${what}: mask of an unbiased selection`);
  assertSame(dense.values.subarray(0, end), expected.subarray(0, end), `${what}: values of an unbiased selection`);
}
