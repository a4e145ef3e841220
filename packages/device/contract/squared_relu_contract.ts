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

/** With the product that makes x: the bits of the product and the activation one after the other. */
async function ofProduct(
  context: ContractContext,
  [rows, inner, cols]: readonly [number, number, number],
): Promise<void> {
  const tokens = context.input([rows, inner]).tensor;
  for (
    const weights of [context.input([cols, inner]).tensor, context.packedInput(cols, inner, "cols").packed]
  ) {
    const [x, out] = [context.output([rows, cols]), context.output([rows, cols])];
    const [madeX, madeOut] = [context.output([rows, cols]), context.output([rows, cols])];
    context.kernels.matmul({ a: tokens, b: weights, transposeB: true, out: x });
    context.kernels.squaredRelu({ x, out });
    context.kernels.squaredRelu({ x: madeX, product: { tokens, weights }, out: madeOut });
    await context.expectSame("x", madeX, await context.device.read(x));
    await context.expectSame("out", madeOut, await context.device.read(out));
  }
}

/** The contract of `squaredRelu`. */
export const squaredReluContract: KernelContract = [
  ...ELEMENTWISE_SHAPES.map((shape) => ({
    name: `[${shape}]`,
    run: (context: ContractContext) => check(context, shape),
  })),
  { name: "zero at and below zero", run: isZeroBelowZero },
  ...([[1, 264, 512], [5, 264, 512], [16, 264, 512], [17, 24, 40]] as const).map((sizes) => ({
    name: `of the product [${sizes}]`,
    run: (context: ContractContext) => ofProduct(context, sizes),
  })),
];
