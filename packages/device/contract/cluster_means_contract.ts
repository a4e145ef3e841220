import type { DType } from "../tensor.ts";
import type { ContractContext } from "./contract_context.ts";
import { activationExtremes, EXTREMES, type Extremes } from "./extremes.ts";
import type { KernelContract } from "./kernel_contract.ts";

async function check(
  context: ContractContext,
  { neurons, features, experts, dtype }: { neurons: number; features: number; experts: number; dtype: DType },
): Promise<void> {
  const weights = context.input([neurons, features], undefined, dtype);
  const means = context.output([experts, features], "f32");
  context.kernels.clusterMeans({ weights: weights.tensor, means });
  await context.expectClose("means", means, definition(weights.values, neurons / experts, features));
}

function definition(weights: Float32Array, clusterSize: number, features: number): number[] {
  return Array.from({ length: weights.length / clusterSize / features }, (_, expert) => {
    const cluster = weights.subarray(expert * clusterSize * features, (expert + 1) * clusterSize * features);
    const mean = Array.from({ length: features }, (_, d) => {
      let sum = 0;
      for (let i = d; i < cluster.length; i += features) sum += cluster[i] ?? NaN;
      return sum / clusterSize;
    });
    const length = Math.sqrt(mean.reduce((sum, value) => sum + value ** 2, 0));
    return mean.map((value) => length === 0 ? 0 : value / length);
  }).flat();
}

/** The mean of opposite rows has no direction: it stays zero. */
async function zeroMean(context: ContractContext): Promise<void> {
  const row = context.random.quarters(20);
  const weights = context.input([4, 20], [...row, ...row.map((value) => -value), ...row, ...row], "f32");
  const means = context.output([2, 20], "f32");
  context.kernels.clusterMeans({ weights: weights.tensor, means });
  await context.expectClose("means", means, definition(weights.values, 2, 20));
}

/** Directions do not depend on sizes, however small or large. */
async function extremeSizes(context: ContractContext, { tiny, huge }: Extremes, dtype: DType): Promise<void> {
  const [clusterSize, features] = [5, 33];
  const sizes = [tiny, 1, huge, tiny, huge];
  const values = context.random.uniform(sizes.length * clusterSize * features);
  const scaled = values.map((value, i) => value * (sizes[Math.floor(i / (clusterSize * features))] ?? NaN));
  const weights = context.input([sizes.length * clusterSize, features], scaled, dtype);
  const means = context.output([sizes.length, features], "f32");
  context.kernels.clusterMeans({ weights: weights.tensor, means });
  await context.expectClose("means", means, definition(weights.values, clusterSize, features));
}

/** The contract of `clusterMeans`. */
export const clusterMeansContract: KernelContract = [
  { name: "4 clusters of 17 × 257", run: (c) => check(c, { neurons: 68, features: 257, experts: 4, dtype: "f32" }) },
  { name: "1 cluster of 1 × 1", run: (c) => check(c, { neurons: 1, features: 1, experts: 1, dtype: "f32" }) },
  {
    name: "8 clusters of 128 × 64, activation type",
    run: (c) => check(c, { neurons: 1024, features: 64, experts: 8, dtype: c.activation }),
  },
  { name: "one cluster", run: (c) => check(c, { neurons: 300, features: 33, experts: 1, dtype: "f32" }) },
  { name: "a zero mean stays zero", run: zeroMean },
  { name: "sizes whose squares do not fit", run: (c) => extremeSizes(c, EXTREMES, "f32") },
  {
    name: "sizes whose squares do not fit, activation type",
    run: (c) => extremeSizes(c, activationExtremes(c), c.activation),
  },
  {
    name: "sizes near the ends of f32",
    // The smallest of the numbers, 2^-24 of the size, is still normal: a GPU may take what is not for zero.
    run: (c) => extremeSizes(c, { tiny: 2 ** -100, huge: 2 ** 124 }, "f32"),
  },
];
