import { rowRange } from "../tensor.ts";
import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { outside, surrounded } from "./outside.ts";

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

/** A row that is not there gives NaN and not a neighbour's numbers, in whichever slot it is asked for. */
async function outsideOfRows(context: ContractContext, width: number): Promise<void> {
  const rows = 3;
  const positions = [0, 1, ...outside(rows).flatMap((row) => [row, 2, 2, row])];
  const x = surrounded(context, [rows, width]);
  const tokens = positions.length / 2;
  const out = context.output([tokens, width]);
  context.kernels.scatterRows({ x: x.tensor, positions: context.integers([tokens, 2], positions), out });
  const expected = new Float64Array(tokens * width).fill(NaN);
  for (let d = 0; d < width; d++) expected[d] = (x.values[d] ?? NaN) + (x.values[width + d] ?? NaN);
  await context.expectClose("the token whose rows are there", rowRange(out, 0, 1), expected.subarray(0, width));
  await context.expectSame("the others", rowRange(out, 1, tokens), expected.subarray(width));
}

/** The contract of `scatterRows`. */
export const scatterRowsContract: KernelContract = [
  { name: "20 tokens from 33 rows of width 17", run: (context) => check(context, [20, 33, 17], 1) },
  { name: "1 token from 1 row of width 1", run: (context) => check(context, [1, 1, 1], 1) },
  { name: "130 tokens from 192 rows of width 64", run: (context) => check(context, [130, 192, 64], 1) },
  { name: "two rows a token", run: (context) => check(context, [65, 192, 257], 2) },
  { name: "three rows a token", run: (context) => check(context, [5, 16, 3], 3) },
  { name: "rows that are not there", run: (context) => outsideOfRows(context, 12) },
  { name: "rows that are not there, width 7", run: (context) => outsideOfRows(context, 7) },
];
