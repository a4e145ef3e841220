import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { type RouterName, sparsityPlans } from "@beyond24/recipe";
import { prune24 } from "@beyond24/sparse24";
import { clusterFeedForward } from "./cluster_feed_forward.ts";
import { disposeFeedForward } from "./feed_forward.ts";
import { layerOf, randomSample, runOnDevice, type Sample } from "./_testing.ts";

const sparsity = {
  plan: sparsityPlans["paper-columns"],
  venom: { v: 4, n: 2, m: 16 },
  expertsPerToken: 2,
} as const;

async function assertLongestFirst(router: RouterName, isSorted: boolean): Promise<void> {
  const device = createReferenceDevice();
  const layer = layerOf(device, randomSample(8, 64, 8), { ...sparsity, router });
  await clusterFeedForward(device, layer, { seed: 1 });
  const weights = await device.read(layer.wIn.weight);
  const lengths = Array.from({ length: 64 }, (_, row) => Math.hypot(...weights.subarray(8 * row, 8 * row + 8)));
  const falls = lengths.every((length, neuron) => neuron % 16 === 0 || length <= (lengths[neuron - 1] ?? NaN));
  assertEquals(falls, isSorted, router);
  disposeFeedForward(device, layer);
  assertEquals(device.liveBytes, 0);
}

Deno.test("the neurons of a cluster are sorted by falling length where the first are its probes", async () => {
  await assertLongestFirst("probe", true);
  await assertLongestFirst("energy", false);
  await assertLongestFirst("cosine", false);
});

/** The mean over tokens of what the two best of four clusters hold, by the first `seen` of their 16 neurons. */
function meanShare({ x, tokens, features }: Sample, wIn: Float32Array, seen: number): number {
  const y1 = (token: number, neuron: number) =>
    x.subarray(features * token, features * (token + 1))
      .reduce((sum, value, i) => sum + value * (wIn[features * neuron + i] ?? NaN), 0);
  const energy = (token: number, cluster: number) =>
    Array.from({ length: seen }, (_, i) => Math.max(0, y1(token, 16 * cluster + i)) ** 2).reduce((a, b) => a + b, 0);
  const shares = Array.from({ length: tokens }, (_, token) => {
    const sorted = Array.from({ length: 4 }, (_, cluster) => energy(token, cluster)).sort((a, b) => b - a);
    const total = sorted.reduce((sum, value) => sum + value, 0);
    return total === 0 ? 1 : ((sorted[0] ?? NaN) + (sorted[1] ?? NaN)) / total;
  });
  return shares.reduce((sum, share) => sum + share, 0) / tokens;
}

Deno.test("the share of energy is that of the neurons that the router sees, in the mean over tokens", async () => {
  const sample = randomSample(8, 64, 8);
  const kept = prune24(sample.wIn, { rows: 64, cols: 8 });
  const pruned = sample.wIn.map((weight, i) => weight * (kept[i] ?? NaN));
  for (
    const [router, expected] of [
      ["probe", meanShare(sample, sample.wIn, 2)],
      ["energy", meanShare(sample, pruned, 16)],
    ] as const
  ) {
    const { device, layer } = await runOnDevice(sample, {
      ...sparsity,
      plan: { ...sparsity.plan, y1: { operand: "wIn", format: "2:4" } },
      router,
    });
    const [share = NaN] = await device.read(layer.statistics.energyShare);
    assertAlmostEquals(share, expected, 1e-5, router);
  }
});
