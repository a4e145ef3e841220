import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { SORTED_ROWS, type SortedRows, sortedSegments } from "./sorted_rows.ts";

type Form = "dense" | "cols" | "rows";

/** Packed or dense, with many zeros and -0; the count replaces what was there. */
async function check(context: ContractContext, [rows, cols]: readonly [number, number], form: Form): Promise<void> {
  const values = context.random.quarters(rows * cols);
  const dense = context.input([rows, cols], values);
  const packed = form === "dense" ? undefined : context.packedInput(rows, cols, form, values);
  const out = context.output([1], "i32");
  context.kernels.countNonzero({ x: packed?.packed ?? dense.tensor, out });
  await context.expectSame("out", out, [nonZeros((packed ?? dense).values)]);
}

async function sortedTokens(context: ContractContext, sorted: SortedRows, form: Form): Promise<void> {
  const width = 20;
  const values = context.random.quarters(sorted.rows * width).fill(NaN, sorted.used * width);
  const dense = context.input([sorted.rows, width], values);
  const packed = form === "dense" ? undefined : context.packedInput(sorted.rows, width, form, values);
  const segments = sortedSegments(context, sorted);
  const out = context.output([1], "i32");
  context.kernels.countNonzero({ x: packed?.packed ?? dense.tensor, segments, out });
  await context.expectSame("out", out, [nonZeros((packed ?? dense).values.subarray(0, sorted.used * width))]);
}

function nonZeros(values: Float32Array): number {
  return values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
}

const FORMS = ["dense", "cols", "rows"] as const;

/** The contract of `countNonzero`. */
export const countNonzeroContract: KernelContract = [
  { name: "dense [17, 257]", run: (context) => check(context, [17, 257], "dense") },
  { name: "dense [1, 1]", run: (context) => check(context, [1, 1], "dense") },
  { name: "packed [17, 260] along columns", run: (context) => check(context, [17, 260], "cols") },
  { name: "packed [260, 17] along rows", run: (context) => check(context, [260, 17], "rows") },
  ...FORMS.flatMap((form) =>
    SORTED_ROWS.map((sorted) => ({
      name: `${form === "dense" ? "dense" : `packed along ${form}`}, ${sorted.name}`,
      run: (context: ContractContext) => sortedTokens(context, sorted, form),
    }))
  ),
];
