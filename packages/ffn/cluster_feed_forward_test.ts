import { assert, assertEquals, assertRejects } from "@std/assert";
import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import type { Device, Tensor } from "@beyond24/device";
import { sparsityPlans } from "@beyond24/recipe";
import { activationRows } from "./_activation_rows.ts";
import { clusterFeedForward } from "./cluster_feed_forward.ts";
import { disposeFeedForward, type FeedForward } from "./feed_forward.ts";
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

for (const clusters of ["weights", "activations"] as const) {
  Deno.test(`clusterFeedForward again keeps the clusters that are there unless it finds closer ones: ${clusters}`, async () => {
    const device = createReferenceDevice();
    const outcomes = { kept: 0, better: 0, worse: 0 };
    for (let seed = 1; seed <= 12; seed++) {
      const sample = randomSample(seed + 3, 32, 8, seed);
      const layer = layerOf(device, sample, { ...sparsity, clusters });
      const inputs = inputsOf(device, sample.x, 8);
      const distance = async () => {
        if (clusters === "weights") return spread(await floatsOf(device, layer.wIn.weight), 8, 4);
        const { rows, width } = await activationRows(device, layer, inputs);
        return spread(rows, width, 4);
      };
      await clusterFeedForward(device, layer, { seed, inputs });
      const before = await distance();
      await clusterFeedForward(device, layer, { seed: seed + 100, inputs, clustered: true });
      // Sums of the same rows in another order differ by rounding.
      const change = Math.round((await distance() - before) * 1e6);
      outcomes[change > 0 ? "worse" : change < 0 ? "better" : "kept"]++;
    }
    assert(outcomes.kept > 0 && outcomes.better > 0, JSON.stringify(outcomes));
    assertEquals(outcomes.worse, 0);
  });
}

const coactive = { ...sparsity, clusters: "activations" } as const;

/** A tensor [T, D]. */
function inputsOf(device: Device, values: Float32Array, features: number): Tensor {
  const inputs = device.tensor([values.length / features, features], "f32");
  device.write(inputs, values);
  return inputs;
}

/**
 * Thirty-two neurons of eight features in four groups of eight. Tokens are of four kinds, each along a feature of its
 * own, and activate the neurons of one group; along the four other features, which no token has, neurons lie in other
 * groups, and much further apart.
 */
function groupedSample() {
  const group = (neuron: number) => neuron % 4;
  const other = (neuron: number) => Math.floor(neuron / 8);
  const rows = Array.from({ length: 32 }, (_, neuron) => {
    const row = new Float32Array(8).fill(-0.1, 0, 4);
    row[group(neuron)] = 0.2 + 0.01 * neuron; // also of different strengths
    row[4 + other(neuron)] = 5;
    return [...row];
  });
  const tokens = Array.from({ length: 12 }, (_, token) => Array.from({ length: 8 }, (_, i) => Number(i === token % 4)));
  return { wIn: Float32Array.from(rows.flat()), x: Float32Array.from(tokens.flat()), group, other };
}

/** Which of a number of groups the neurons in each place are of, from their strengths. */
async function placesOf(device: Device, layer: FeedForward, group: (neuron: number) => number): Promise<string[]> {
  const wIn = await floatsOf(device, layer.wIn.weight);
  const neuronAt = (place: number) => Math.round((Math.max(...wIn.subarray(8 * place, 8 * place + 4)) - 0.2) / 0.01);
  const groups = Array.from({ length: 32 }, (_, place) => group(neuronAt(place)));
  return [0, 8, 16, 24].map((first) => [...new Set(groups.slice(first, first + 8))].join());
}

Deno.test("clusterFeedForward finds the neurons that the same tokens activate, or those whose weights are near", async () => {
  for (const open of [() => createReferenceDevice(), () => createCpuDevice({ threads: 1, blas: "off" })]) {
    const device = await open();
    const { wIn, x, group, other } = groupedSample();
    const sample = { ...randomSample(12, 32, 8), wIn };
    const before = device.liveBytes;
    for (const [clusters, found] of [["activations", group], ["weights", other]] as const) {
      const layer = layerOf(device, sample, { ...sparsity, clusters });
      const inputs = inputsOf(device, x, 8);
      await clusterFeedForward(device, layer, { seed: 1, inputs });
      assertEquals((await placesOf(device, layer, found)).toSorted(), ["0", "1", "2", "3"], clusters);
      device.free(inputs);
      disposeFeedForward(device, layer);
      assertEquals(device.liveBytes, before);
    }
    device.dispose();
  }
});

Deno.test("clusterFeedForward clusters by activations to the same neurons on the reference and in WebAssembly", async () => {
  const found = [];
  for (const open of [() => createReferenceDevice(), () => createCpuDevice({ threads: 1, blas: "off" })]) {
    const device = await open();
    const sample = randomSample(100, 64, 8);
    const layer = layerOf(device, sample, coactive);
    await clusterFeedForward(device, layer, { seed: 2, inputs: inputsOf(device, sample.x, 8) });
    found.push(await floatsOf(device, layer.wIn.weight));
    device.dispose();
  }
  assertEquals(found[0], found[1]);
});

Deno.test("clusterFeedForward takes neurons that no token activates, and needs tokens for activations", async () => {
  const device = createReferenceDevice();
  const x = Float32Array.from({ length: 24 }, (_, i) => 1 + i % 5);
  for (const dead of [8, 20, 32]) {
    const sample = randomSample(3, 32, 8);
    const wIn = sample.wIn.map((value, i) => i < dead * 8 ? -Math.abs(value) : value);
    const layer = layerOf(device, { ...sample, wIn }, coactive);
    await clusterFeedForward(device, layer, { seed: 1, inputs: inputsOf(device, x, 8) });
    const now = neuronsOf(await floatsOf(device, layer.wIn.weight), await floatsOf(device, layer.wOut.weight), 8);
    assertEquals(now.toSorted(), neuronsOf(wIn, sample.wOut, 8).toSorted(), `${dead} of 32`);
  }
  const layer = layerOf(device, randomSample(3, 32, 8), coactive);
  await assertRejects(() => clusterFeedForward(device, layer, { seed: 1 }), TypeError, "no tokens to see them on");
});
