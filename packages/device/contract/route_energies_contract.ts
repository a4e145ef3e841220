import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";

interface EnergyCase {
  readonly tokens: number;
  readonly clusters: number;
  readonly probes: number;
  readonly topK: number;
}

/** Energies as the contract says, in float64. */
function expected(y: Float32Array, { tokens, clusters, probes, topK }: EnergyCase) {
  const experts = new Int32Array(tokens * topK);
  const share = new Float32Array(tokens);
  for (let t = 0; t < tokens; t++) {
    const energies = Array.from({ length: clusters }, (_, e) => {
      const first = (t * clusters + e) * probes;
      return y.subarray(first, first + probes).reduce((sum, value) => sum + (value < 0 ? 0 : value) ** 2, 0);
    });
    const score = (expert: number) => {
      const energy = energies[expert] ?? NaN;
      return Number.isNaN(energy) ? -1 : energy;
    };
    const best = energies.map((_, expert) => expert).sort((a, b) => score(b) - score(a)).slice(0, topK);
    experts.set(best, t * topK);
    const total = energies.reduce((sum, energy) => sum + energy, 0);
    const held = best.reduce((sum, expert) => sum + (energies[expert] ?? NaN), 0);
    share[t] = total > 0 ? held / total : 1;
  }
  return { experts, share };
}

async function expectRoutes(context: ContractContext, y: Float32Array, sizes: EnergyCase): Promise<void> {
  const { tokens, clusters, probes, topK } = sizes;
  const input = context.input([tokens, clusters * probes], y);
  const experts = context.output([tokens, topK], "i32");
  const share = context.output([tokens], "f32");
  context.kernels.routeEnergies({ y: input.tensor, clusters, experts, share });
  const right = expected(input.values, sizes);
  await context.expectSame("experts", experts, right.experts);
  await context.expectClose("share", share, right.share);
}

/** With the product that makes y: the bits of `matmul`, and clusters chosen by the energies of those. */
async function ofProduct(context: ContractContext, sizes: EnergyCase): Promise<void> {
  const { tokens, clusters, probes, topK } = sizes;
  const [features, columns] = [128, clusters * probes];
  const x = context.input([tokens, features]).tensor;
  for (
    const weights of [context.input([columns, features]).tensor, context.packedInput(columns, features, "cols").packed]
  ) {
    const [y, made] = [context.output([tokens, columns]), context.output([tokens, columns])];
    const experts = context.output([tokens, topK], "i32");
    const share = context.output([tokens], "f32");
    context.kernels.matmul({ a: x, b: weights, transposeB: true, out: y });
    context.kernels.routeEnergies({ product: { tokens: x, weights }, y: made, clusters, experts, share });
    const values = Float32Array.from(await context.device.read(y));
    await context.expectSame("y", made, values);
    const right = expected(values, sizes);
    await context.expectSame("experts", experts, right.experts);
    await context.expectClose("share", share, right.share);
  }
}

/** Small multiples of a quarter: every energy is exact, and ties abound. */
function check(context: ContractContext, sizes: EnergyCase): Promise<void> {
  return expectRoutes(context, context.random.quarters(sizes.tokens * sizes.clusters * sizes.probes), sizes);
}

/** Nothing positive ties everywhere, a NaN is the lowest. */
function withoutEnergy(context: ContractContext): Promise<void> {
  const y = [-1, 0, -2, 0, -0.5, 0, NaN, 1, 2, 0, 0, 1, -1, 0, 3, 0, 1, 0];
  return expectRoutes(context, Float32Array.from(y), { tokens: 3, clusters: 3, probes: 2, topK: 2 });
}

/**
 * The same where neurons are read eight at a time: a NaN makes its whole cluster the lowest, and minus infinity counts
 * as nothing.
 */
function withNaN(context: ContractContext, probes: number): Promise<void> {
  const sizes = { tokens: 6, clusters: 4, probes, topK: 3 };
  const y = context.random.quarters(sizes.tokens * sizes.clusters * sizes.probes);
  for (let i = 0; i < y.length; i += 5 * probes + 1) y[i] = NaN;
  y[1] = -Infinity;
  return expectRoutes(context, y, sizes);
}

/** The contract of `routeEnergies`. */
export const routeEnergiesContract: KernelContract = [
  { name: "33 tokens, 4 clusters", run: (c) => check(c, { tokens: 33, clusters: 4, probes: 17, topK: 1 }) },
  { name: "1 token, 1 cluster, 1 probe", run: (c) => check(c, { tokens: 1, clusters: 1, probes: 1, topK: 1 }) },
  { name: "257 tokens, 16 choose 4", run: (c) => check(c, { tokens: 257, clusters: 16, probes: 8, topK: 4 }) },
  {
    name: "129 tokens, 16 choose 4, 16 probes",
    run: (c) => check(c, { tokens: 129, clusters: 16, probes: 16, topK: 4 }),
  },
  { name: "17 choose 3, 64 probes", run: (c) => check(c, { tokens: 9, clusters: 17, probes: 64, topK: 3 }) },
  { name: "32 choose 1, 32 probes", run: (c) => check(c, { tokens: 5, clusters: 32, probes: 32, topK: 1 }) },
  { name: "33 choose 2, 8 probes", run: (c) => check(c, { tokens: 5, clusters: 33, probes: 8, topK: 2 }) },
  { name: "16 choose 4, all of 512 neurons", run: (c) => check(c, { tokens: 37, clusters: 16, probes: 512, topK: 4 }) },
  { name: "16 choose 4, all of 128 neurons", run: (c) => check(c, { tokens: 37, clusters: 16, probes: 128, topK: 4 }) },
  { name: "19 choose 2, all of 72 neurons", run: (c) => check(c, { tokens: 7, clusters: 19, probes: 72, topK: 2 }) },
  { name: "3 choose 1, all of 344 neurons", run: (c) => check(c, { tokens: 7, clusters: 3, probes: 344, topK: 1 }) },
  { name: "many probes", run: (c) => check(c, { tokens: 5, clusters: 3, probes: 130, topK: 2 }) },
  { name: "every cluster", run: (c) => check(c, { tokens: 17, clusters: 5, probes: 4, topK: 5 }) },
  { name: "no energy, and NaN", run: withoutEnergy },
  { name: "NaN among eight probes", run: (c) => withNaN(c, 8) },
  { name: "NaN among 256 neurons", run: (c) => withNaN(c, 256) },
  {
    name: "of the product, 256 tokens, 4 clusters of 128",
    run: (c) => ofProduct(c, { tokens: 256, clusters: 4, probes: 128, topK: 2 }),
  },
  {
    name: "of the product, 256 tokens, 2 clusters of 192",
    run: (c) => ofProduct(c, { tokens: 256, clusters: 2, probes: 192, topK: 1 }),
  },
  {
    name: "of the product, 33 tokens, 6 clusters of 8",
    run: (c) => ofProduct(c, { tokens: 33, clusters: 6, probes: 8, topK: 3 }),
  },
];
