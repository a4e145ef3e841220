import type { DType } from "../tensor.ts";
import type { ContractContext } from "./contract_context.ts";
import { ELEMENTWISE_SHAPES } from "./elementwise_shapes.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { sumOf } from "./matrices.ts";

async function check(
  context: ContractContext,
  shape: readonly number[],
  place: "new" | "a" | "b",
  dtype: DType = context.activation,
): Promise<void> {
  const a = context.input(shape, undefined, dtype);
  const b = context.input(shape, undefined, dtype);
  const out = { new: () => context.output(shape, dtype), a: () => a.tensor, b: () => b.tensor }[place]();
  context.kernels.add({ a: a.tensor, b: b.tensor, out });
  await context.expectClose("out", out, sumOf(a.values, b.values));
}

/** The same tensor twice. */
async function doubles(context: ContractContext): Promise<void> {
  const a = context.input([5, 7]);
  const out = context.output([5, 7]);
  context.kernels.add({ a: a.tensor, b: a.tensor, out });
  await context.expectClose("out", out, a.values.map((value) => 2 * value));
}

/** The contract of `add`. */
export const addContract: KernelContract = [
  ...ELEMENTWISE_SHAPES.map((shape) => ({
    name: `[${shape}]`,
    run: (context: ContractContext) => check(context, shape, "new"),
  })),
  { name: "in place of a", run: (context) => check(context, [33, 65], "a") },
  { name: "in place of b", run: (context) => check(context, [33, 65], "b") },
  { name: "f32", run: (context) => check(context, [33, 65], "new", "f32") },
  { name: "f32 in place", run: (context) => check(context, [33, 65], "a", "f32") },
  { name: "a tensor with itself", run: doubles },
];
