import type { ContractContext } from "./contract_context.ts";
import { EXTREMES } from "./extremes.ts";
import type { KernelContract } from "./kernel_contract.ts";

async function check(context: ContractContext, shapes: readonly (readonly number[])[]): Promise<void> {
  const inputs = shapes.map((shape) => context.input(shape, undefined, "f32"));
  const out = context.output([1], "f32");
  context.kernels.squaredNorm({ tensors: inputs.map(({ tensor }) => tensor), out });
  const squares = inputs.flatMap(({ values }) => Array.from(values, (value) => value ** 2));
  await context.expectClose("out", out, [squares.reduce((sum, square) => sum + square, 0)]);
}

/** A gradient that overflowed must show. */
async function showsNonFinite(context: ContractContext): Promise<void> {
  const inputs = [context.input([5], [1, 2, Infinity, 4, 5], "f32"), context.input([3], undefined, "f32")];
  const out = context.output([1], "f32");
  context.kernels.squaredNorm({ tensors: inputs.map(({ tensor }) => tensor), out });
  await context.expectSame("out", out, [Infinity]);
}

/** Small squares count beside none, and a sum that f32 does not hold is infinite. */
async function extremeSizes(context: ContractContext, size: number): Promise<void> {
  const inputs = [257, 1000].map((count) =>
    context.input([count], context.random.uniform(count).map((value) => value * size), "f32")
  );
  const out = context.output([1], "f32");
  context.kernels.squaredNorm({ tensors: inputs.map(({ tensor }) => tensor), out });
  const squares = inputs.flatMap(({ values }) => Array.from(values, (value) => value ** 2));
  const expected = Math.fround(squares.reduce((sum, square) => sum + square, 0));
  if (Number.isFinite(expected)) await context.expectClose("out", out, [expected]);
  else await context.expectSame("out", out, [expected]);
}

/** The contract of `squaredNorm`. */
export const squaredNormContract: KernelContract = [
  { name: "many shapes", run: (context) => check(context, [[17, 257], [1], [3], [64, 64], [2, 3, 5]]) },
  { name: "one tensor of one element", run: (context) => check(context, [[1]]) },
  { name: "[70001]", run: (context) => check(context, [[70001]]) },
  { name: "100 small tensors", run: (context) => check(context, Array.from({ length: 100 }, (_, i) => [i + 1])) },
  { name: "infinity stays", run: showsNonFinite },
  { name: "squares near the least of f32", run: (context) => extremeSizes(context, 2 ** -56) },
  { name: "squares near the largest of f32", run: (context) => extremeSizes(context, 2 ** 58) },
  { name: "squares beyond f32 are infinite", run: (context) => extremeSizes(context, EXTREMES.huge) },
];
