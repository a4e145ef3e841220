import { roundTo } from "../round_to.ts";
import type { DType } from "../tensor.ts";
import type { ContractContext } from "./contract_context.ts";
import { ELEMENTWISE_SHAPES } from "./elementwise_shapes.ts";
import type { KernelContract } from "./kernel_contract.ts";

/** A copy is a rounding to nearest even, nothing else: the numbers are compared exactly. */
async function check(context: ContractContext, shape: readonly number[], from: DType, to: DType): Promise<void> {
  const x = context.input(shape, undefined, from);
  const out = context.output([...shape].reverse(), to);
  context.kernels.copy({ x: x.tensor, out });
  const expected = x.values.slice();
  roundTo(expected, to);
  await context.expectSame("out", out, expected);
}

/** Halfway cases go to the even neighbour; what is special stays so. */
async function roundsToEven(context: ContractContext): Promise<void> {
  const special = [1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -11, 1 + 3 * 2 ** -11, -0, Infinity, -Infinity, NaN, 1e-3];
  const x = context.input([special.length], special, "f32");
  const out = context.output([special.length]);
  context.kernels.copy({ x: x.tensor, out });
  const expected = x.values.slice();
  roundTo(expected, context.activation);
  await context.expectSame("out", out, expected);
}

async function copiesIntegers(context: ContractContext): Promise<void> {
  const values = context.random.integers(35, 2 ** 31);
  const out = context.output([35], "i32");
  context.kernels.copy({ x: context.integers([5, 7], values), out });
  await context.expectSame("out", out, values);
}

/** The contract of `copy`. */
export const copyContract: KernelContract = [
  { name: "f32 to the activation type, [17, 257]", run: (c) => check(c, [17, 257], "f32", c.activation) },
  { name: "the activation type to f32, [17, 257]", run: (c) => check(c, [17, 257], c.activation, "f32") },
  ...ELEMENTWISE_SHAPES.map((shape) => ({
    name: `[${shape}] to another shape`,
    run: (context: ContractContext) => check(context, shape, context.activation, context.activation),
  })),
  { name: "rounds to nearest even", run: roundsToEven },
  { name: "i32", run: copiesIntegers },
];
