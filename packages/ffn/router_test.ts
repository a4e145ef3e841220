import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Tape } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import { sparsityPlans } from "@beyond24/recipe";
import { clusterFeedForward } from "./cluster_feed_forward.ts";
import { disposeFeedForward } from "./feed_forward.ts";
import { refreshFeedForward } from "./packed_weights.ts";
import { sparseFeedForward } from "./run_feed_forward.ts";
import { layerOf, randomSample } from "./_testing.ts";

const sparsity = {
  plan: sparsityPlans["paper-columns"],
  venom: { v: 4, n: 2, m: 16 },
  expertsPerToken: 2,
  router: "probe",
} as const;

Deno.test("the neurons of a cluster are sorted by falling length, so that its probes are the longest", async () => {
  const device = createReferenceDevice();
  const layer = layerOf(device, randomSample(8, 64, 8), sparsity);
  await clusterFeedForward(device, layer, { seed: 1 });
  const weights = await device.read(layer.wIn.weight);
  const lengths = Array.from({ length: 64 }, (_, row) => Math.hypot(...weights.subarray(8 * row, 8 * row + 8)));
  for (const [neuron, length] of lengths.entries()) {
    assert(neuron % 16 === 0 || length <= (lengths[neuron - 1] ?? NaN), `neuron ${neuron}`);
  }
  disposeFeedForward(device, layer);
  assertEquals(device.liveBytes, 0);
});

Deno.test("the share of energy is that of the probes, in the mean over tokens", async () => {
  const device = createReferenceDevice();
  const sample = randomSample(8, 64, 8);
  const layer = layerOf(device, sample, sparsity);
  refreshFeedForward(device, layer);
  const tape = new Tape(device, device.arena());
  const x = device.tensor([8, 8], "f32");
  device.write(x, sample.x);
  sparseFeedForward(tape, tape.input(x), layer);
  const energies = (token: number) =>
    Array.from({ length: 4 }, (_, cluster) => {
      const neurons = [16 * cluster, 16 * cluster + 1];
      const y1 = neurons.map((neuron) =>
        sample.x.subarray(8 * token, 8 * token + 8).reduce(
          (sum, v, i) => sum + v * (sample.wIn[8 * neuron + i] ?? NaN),
          0,
        )
      );
      return y1.reduce((sum, value) => sum + Math.max(0, value) ** 2, 0);
    });
  const shares = Array.from({ length: 8 }, (_, token) => {
    const sorted = energies(token).sort((a, b) => b - a);
    const total = sorted.reduce((sum, energy) => sum + energy, 0);
    return total === 0 ? 1 : ((sorted[0] ?? NaN) + (sorted[1] ?? NaN)) / total;
  });
  const [share = NaN] = await device.read(layer.statistics.energyShare);
  assertAlmostEquals(share, shares.reduce((sum, value) => sum + value, 0) / 8, 1e-5);
});
