import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { outside, surrounded } from "./outside.ts";

async function check(
  context: ContractContext,
  [tokens, rows, width]: readonly [number, number, number],
  replicas: number,
): Promise<void> {
  const x = context.input([tokens, width]);
  // About every third row is padding.
  const order = context.random.integers(rows, tokens * replicas * 1.5).map((i) => i < tokens * replicas ? i : -1);
  const out = context.output([rows, width]);
  context.kernels.gatherRows({
    x: x.tensor,
    order: context.integers([rows], order),
    out,
    ...(replicas === 1 ? {} : { replicas }),
  });
  const expected = Array.from(order, (replica) => {
    const row = Math.floor(replica / replicas);
    return replica < 0 ? new Array<number>(width).fill(0) : [...x.values.subarray(row * width, (row + 1) * width)];
  });
  await context.expectSame("out", out, expected.flat());
}

/** A row that is not there is NaN and not a neighbour's; what is negative is padding. */
async function outsideOfRows(context: ContractContext, width: number, replicas: number): Promise<void> {
  const tokens = 3;
  const order = [0, ...outside(tokens * replicas), tokens * replicas - 1];
  const x = surrounded(context, [tokens, width]);
  const out = context.output([order.length, width]);
  context.kernels.gatherRows({ x: x.tensor, order: context.integers([order.length], order), replicas, out });
  const rows = order.map((replica) => {
    if (replica < 0 || replica >= tokens * replicas) return new Array<number>(width).fill(replica < 0 ? 0 : NaN);
    const row = Math.floor(replica / replicas);
    return [...x.values.subarray(row * width, (row + 1) * width)];
  });
  await context.expectSame("out", out, rows.flat());
}

/** The contract of `gatherRows`. */
export const gatherRowsContract: KernelContract = [
  { name: "33 rows of width 17", run: (context) => check(context, [20, 33, 17], 1) },
  { name: "1 row of width 1", run: (context) => check(context, [1, 1, 1], 1) },
  { name: "192 rows of width 64", run: (context) => check(context, [130, 192, 64], 1) },
  { name: "two replicas", run: (context) => check(context, [65, 192, 257], 2) },
  { name: "rows that are not there", run: (context) => outsideOfRows(context, 12, 1) },
  { name: "replicas of rows that are not there, width 7", run: (context) => outsideOfRows(context, 7, 2) },
];
