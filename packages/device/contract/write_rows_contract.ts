import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { outside, surrounded } from "./outside.ts";

/** Every other row of `capacity`, from the last one to the front. */
async function check(context: ContractContext, tokens: number, capacity: number, width: number): Promise<void> {
  const rows = Array.from({ length: tokens }, (_, token) => capacity - 1 - 2 * token);
  const x = context.input([tokens, width]);
  const out = context.input([capacity, width]);
  context.kernels.writeRows({ x: x.tensor, rows: context.integers([tokens], rows), out: out.tensor });
  const expected = out.values.slice();
  rows.forEach((row, token) => expected.set(x.values.subarray(token * width, (token + 1) * width), row * width));
  await context.expectSame("out", out.tensor, expected);
}

/** What goes to a row that is not there goes nowhere. */
async function outsideOfRows(context: ContractContext, width: number): Promise<void> {
  const capacity = 3;
  const rows = [2, ...outside(capacity), 0];
  const x = context.input([rows.length, width]);
  const out = surrounded(context, [capacity, width]);
  context.kernels.writeRows({ x: x.tensor, rows: context.integers([rows.length], rows), out: out.tensor });
  const expected = out.values.slice();
  expected.set(x.values.subarray(0, width), 2 * width);
  expected.set(x.values.subarray(-width), 0);
  await context.expectSame("out", out.tensor, expected);
  await out.expectKept();
}

/** The contract of `writeRows`. */
export const writeRowsContract: KernelContract = [
  { name: "7 rows of width 17 into 15", run: (context) => check(context, 7, 15, 17) },
  { name: "1 row of width 1", run: (context) => check(context, 1, 1, 1) },
  { name: "65 rows of width 64 into 200", run: (context) => check(context, 65, 200, 64) },
  { name: "rows that are not there", run: (context) => outsideOfRows(context, 12) },
  { name: "rows that are not there, width 7", run: (context) => outsideOfRows(context, 7) },
];
