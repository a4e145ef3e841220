import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";

async function check(context: ContractContext, squaredNorm: number, maxNorm: number): Promise<void> {
  const input = context.input([1], [squaredNorm], "f32");
  const out = context.output([1], "f32");
  context.kernels.clipFactor({ squaredNorm: input.tensor, maxNorm, out });
  const norm = Math.sqrt(input.values[0] ?? NaN);
  await context.expectClose("out", out, [Math.min(1, maxNorm / (norm + 1e-6))]);
}

async function showsNaN(context: ContractContext): Promise<void> {
  const out = context.output([1], "f32");
  context.kernels.clipFactor({ squaredNorm: context.input([1], [NaN], "f32").tensor, maxNorm: 1, out });
  await context.expectSame("out", out, [NaN]);
}

/** The contract of `clipFactor`. */
export const clipFactorContract: KernelContract = [
  { name: "above the limit", run: (context) => check(context, 37.5, 1) },
  { name: "below the limit", run: (context) => check(context, 0.3, 1) },
  { name: "norm zero", run: (context) => check(context, 0, 1) },
  { name: "far above the limit", run: (context) => check(context, 1e20, 0.5) },
  { name: "a norm near the largest of f32", run: (context) => check(context, 2 ** 127, 0.5) },
  { name: "a norm near the least of f32", run: (context) => check(context, 2 ** -126, 0.5) },
  { name: "an infinite norm lets nothing through", run: (context) => check(context, Infinity, 0.5) },
  { name: "a norm that is no number shows", run: showsNaN },
];
