import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";

async function check(
  context: ContractContext,
  shape: readonly number[],
  options: { scale?: number; accumulate?: boolean },
): Promise<void> {
  const x = context.input(shape, undefined, "f32");
  const before = context.input([1], [0.75], "f32");
  const out = options.accumulate ? before.tensor : context.output([1], "f32");
  // Not centred: the relative error of a sum near zero would say nothing.
  const shifted = context.input(shape, x.values.map((value) => value + 1), "f32");
  context.kernels.sum({ x: shifted.tensor, out, ...options });
  const total = shifted.values.reduce((sum, value) => sum + value, 0);
  await context.expectClose("out", out, [(options.accumulate ? 0.75 : 0) + (options.scale ?? 1) * total]);
}

/** A factor on the device is a factor like that of the call, and 1 changes no bit. */
async function withFactor(context: ContractContext, factor: number): Promise<void> {
  const x = context.input([1000], context.random.uniform(1000).map((value) => value + 1), "f32");
  const [out, plain] = [context.output([1], "f32"), context.output([1], "f32")];
  const scale = 1 / 3;
  context.kernels.sum({ x: x.tensor, out, scale, factor: context.input([1], [factor], "f32").tensor });
  context.kernels.sum({ x: x.tensor, out: plain, scale });
  await context.expectClose("out", out, [factor * scale * x.values.reduce((sum, value) => sum + value, 0)]);
  if (factor === 1) await context.expectSame("out", out, await context.read(plain));
}

/** The contract of `sum`. */
export const sumContract: KernelContract = [
  { name: "[17, 257]", run: (context) => check(context, [17, 257], {}) },
  { name: "[1]", run: (context) => check(context, [1], {}) },
  { name: "[3], scaled", run: (context) => check(context, [3], { scale: 1 / 3 }) },
  { name: "[70001], scaled", run: (context) => check(context, [70001], { scale: 1e-3 }) },
  { name: "[1000], scaled, accumulate", run: (context) => check(context, [1000], { scale: 0.5, accumulate: true }) },
  { name: "a factor on the device", run: (context) => withFactor(context, 3.5) },
  { name: "a factor of 1 changes no bit", run: (context) => withFactor(context, 1) },
];
