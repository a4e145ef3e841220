import type { ContractContext } from "./contract_context.ts";
import { ELEMENTWISE_SHAPES } from "./elementwise_shapes.ts";
import type { KernelContract } from "./kernel_contract.ts";

async function check(context: ContractContext, shape: readonly number[]): Promise<void> {
  const x = context.input(shape);
  const out = context.output(shape);
  context.kernels.squaredRelu({ x: x.tensor, out });
  await context.expectClose("out", out, x.values.map((value) => Math.max(value, 0) ** 2));
}

/** What is not positive gives exactly zero. */
async function isZeroBelowZero(context: ContractContext): Promise<void> {
  const x = context.input([5], [-3, -0, 0, -1e-30, 2]);
  const out = context.output([5]);
  context.kernels.squaredRelu({ x: x.tensor, out });
  await context.expectSame("out", out, [0, 0, 0, 0, 4]);
}

/** The contract of `squaredRelu`. */
export const squaredReluContract: KernelContract = [
  ...ELEMENTWISE_SHAPES.map((shape) => ({
    name: `[${shape}]`,
    run: (context: ContractContext) => check(context, shape),
  })),
  { name: "zero at and below zero", run: isZeroBelowZero },
];
