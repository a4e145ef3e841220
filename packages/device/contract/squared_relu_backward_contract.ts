import type { ContractContext } from "./contract_context.ts";
import { ELEMENTWISE_SHAPES } from "./elementwise_shapes.ts";
import type { KernelContract } from "./kernel_contract.ts";

async function check(context: ContractContext, shape: readonly number[], isInPlace: boolean): Promise<void> {
  const x = context.input(shape);
  const dOut = context.input(shape);
  const dX = isInPlace ? dOut.tensor : context.output(shape);
  context.kernels.squaredReluBackward({ x: x.tensor, dOut: dOut.tensor, dX });
  const expected = Float64Array.from(x.values, (value, i) => 2 * (dOut.values[i] ?? NaN) * Math.max(value, 0));
  await context.expectClose("dX", dX, expected);
}

/** The contract of `squaredReluBackward`. */
export const squaredReluBackwardContract: KernelContract = [
  ...ELEMENTWISE_SHAPES.map((shape) => ({
    name: `[${shape}]`,
    run: (context: ContractContext) => check(context, shape, false),
  })),
  { name: "in place", run: (context) => check(context, [33, 65], true) },
];
