import { assert, assertEquals } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { sparsityPlans } from "@beyond24/recipe";
import { clusterFeedForward } from "./cluster_feed_forward.ts";
import { floatsOf, layerOf, randomSample, runOnDevice } from "./_testing.ts";

const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 16 } } as const;

/** Rows of both weights side by side, as text, so that they can be compared as sets. */
function neuronsOf(wIn: Float32Array, wOut: Float32Array, features: number): string[] {
  return Array.from({ length: wIn.length / features }, (_, neuron) => {
    const range = [neuron * features, (neuron + 1) * features] as const;
    return `${wIn.subarray(...range)} | ${wOut.subarray(...range)}`;
  });
}

Deno.test("clusterFeedForward permutes neurons, companions along; the function does not change", async () => {
  for (const activationType of ["f32", "bf16"] as const) {
    const device = createReferenceDevice({ activationType });
    const sample = randomSample(9, 32, 8);
    const layer = layerOf(device, sample, sparsity);
    const mean = device.tensor([32, 8], "f32");
    device.write(mean, sample.wIn);
    const before = device.liveBytes;
    await clusterFeedForward(device, layer, {
      seed: 5,
      companions: (parameter) => parameter === layer.wIn ? [mean] : [],
    });
    assertEquals(device.liveBytes, before);
    const [wIn, wOut] = [await floatsOf(device, layer.wIn.weight), await floatsOf(device, layer.wOut.weight)];
    const [old, now] = [neuronsOf(sample.wIn, sample.wOut, 8), neuronsOf(wIn, wOut, 8)];
    assert(old.join() !== now.join(), "the clustering must move a neuron for this test to mean something");
    assertEquals(now.toSorted(), old.toSorted());
    assertEquals(await floatsOf(device, mean), wIn);
    if (activationType === "f32") {
      const [first, second] = [await runOnDevice(sample), await runOnDevice({ ...sample, wIn, wOut })];
      for (const [i, value] of first.y.entries()) assert(Math.abs(value - (second.y[i] ?? NaN)) < 1e-5);
    } else {
      const copy = await floatsOf(device, layer.wIn.value);
      assert(copy.every((value, i) => Math.abs(value - (wIn[i] ?? NaN)) <= 2 ** -8 * Math.abs(value)));
    }
  }
});

Deno.test("clusterFeedForward leaves a network without a router as it is", async () => {
  const device = createReferenceDevice();
  const sample = randomSample(9, 32, 8);
  const layer = layerOf(device, sample, { ...sparsity, plan: sparsityPlans["w1-w1t"] });
  await clusterFeedForward(device, layer, { seed: 5 });
  assertEquals(await floatsOf(device, layer.wIn.weight), sample.wIn);
});

/** Sum of squared distances of rows from the means of their ranges. */
function spread(weights: Float32Array, features: number, experts: number): number {
  const size = weights.length / experts;
  return weights.reduce((sum, weight, i) => {
    const [start, column] = [Math.floor(i / size) * size, i % features];
    let mean = 0;
    for (let at = start + column; at < start + size; at += features) mean += (weights[at] ?? 0) * features / size;
    return sum + (weight - mean) ** 2;
  }, 0);
}

Deno.test("clusterFeedForward again keeps the clusters that are there unless it finds closer ones", async () => {
  const device = createReferenceDevice();
  const outcomes = { kept: 0, better: 0, worse: 0 };
  for (let seed = 1; seed <= 12; seed++) {
    const layer = layerOf(device, randomSample(seed, 32, 8), sparsity);
    await clusterFeedForward(device, layer, { seed });
    const before = await floatsOf(device, layer.wIn.weight);
    await clusterFeedForward(device, layer, { seed: seed + 100, clustered: true });
    const change = spread(await floatsOf(device, layer.wIn.weight), 8, 4) - spread(before, 8, 4);
    outcomes[change > 0 ? "worse" : change < 0 ? "better" : "kept"]++;
  }
  assert(outcomes.kept > 0 && outcomes.better > 0, JSON.stringify(outcomes));
  assertEquals(outcomes.worse, 0);
});
