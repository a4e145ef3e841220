import { type DType, elementCount } from "../tensor.ts";
import type { ContractContext } from "./contract_context.ts";
import { ELEMENTWISE_SHAPES } from "./elementwise_shapes.ts";
import type { KernelContract } from "./kernel_contract.ts";

async function check(context: ContractContext, shape: readonly number[], dtype: DType, value: number): Promise<void> {
  const out = context.output(shape, dtype);
  context.kernels.fill({ out, value });
  await context.expectSame("out", out, new Array(elementCount(shape)).fill(value));
}

/** The contract of `fill`. */
export const fillContract: KernelContract = [
  ...ELEMENTWISE_SHAPES.map((shape) => ({
    name: `[${shape}]`,
    run: (context: ContractContext) => check(context, shape, context.activation, -1.5),
  })),
  { name: "f32 zeros", run: (context) => check(context, [5, 13], "f32", 0) },
  { name: "i32", run: (context) => check(context, [37], "i32", -7) },
];
