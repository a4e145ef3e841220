import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";

/** Rows that no replica points at are padding: they hold NaN and may not be looked at. */
async function check(
  context: ContractContext,
  [tokens, rows, width]: readonly [number, number, number],
  topK: number,
): Promise<void> {
  const order = context.random.shuffled(rows).subarray(0, tokens * topK);
  const values = context.random.uniform(rows * width);
  for (let row = 0; row < rows; row++) if (!order.includes(row)) values.fill(NaN, row * width, (row + 1) * width);
  const x = context.input([rows, width], values);
  const out = context.output([tokens, width]);
  context.kernels.scatterRows({ x: x.tensor, positions: context.integers([tokens, topK], order), out });
  const expected = Array.from({ length: tokens * width }, (_, i) => {
    const slots = order.subarray(Math.floor(i / width) * topK).subarray(0, topK);
    return slots.reduce((sum, row) => sum + (x.values[row * width + i % width] ?? NaN), 0);
  });
  await context.expectClose("out", out, expected);
}

/** The contract of `scatterRows`. */
export const scatterRowsContract: KernelContract = [
  { name: "20 tokens from 33 rows of width 17", run: (context) => check(context, [20, 33, 17], 1) },
  { name: "1 token from 1 row of width 1", run: (context) => check(context, [1, 1, 1], 1) },
  { name: "130 tokens from 192 rows of width 64", run: (context) => check(context, [130, 192, 64], 1) },
  { name: "two rows a token", run: (context) => check(context, [65, 192, 257], 2) },
  { name: "three rows a token", run: (context) => check(context, [5, 16, 3], 3) },
];
