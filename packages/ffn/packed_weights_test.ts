import { assert, assertEquals } from "@std/assert";
import { writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import { sparsityPlans } from "@beyond24/recipe";
import { flipRate24, prune24, softThreshold24, unpack24 } from "@beyond24/sparse24";
import { permuteNeurons } from "./cluster_feed_forward.ts";
import { freezeScales, packWeights, refreshFeedForward, weightPacks } from "./packed_weights.ts";
import { layerOf, randomSample } from "./_testing.ts";

const venom = { v: 4, n: 2, m: 16 } as const;
const shape = { rows: 32, cols: 8 };

Deno.test("refreshFeedForward follows the weights and counts flipped mask bits", async () => {
  const device = createReferenceDevice();
  const [sample, next] = [randomSample(1, 32, 8), randomSample(1, 32, 8, 7)];
  const layer = layerOf(device, sample, { plan: sparsityPlans.paper, venom });
  refreshFeedForward(device, layer);
  assertEquals(await device.read(layer.statistics.flips), new Int32Array([0]));
  writeParameter(device, layer.wIn, next.wIn);
  refreshFeedForward(device, layer);
  const rate = flipRate24(prune24(sample.wIn, shape), prune24(next.wIn, shape));
  assert(rate > 0);
  assertEquals(await device.read(layer.statistics.flips), new Int32Array([Math.round(rate * 32 * 8)]));
  const packed = layer.sparse?.weights.y1?.packed;
  assert(packed !== undefined);
  assertEquals(unpack24(await device.readPacked24(packed)), softThreshold24(next.wIn, shape));
  assertEquals(layer.sparse?.maskBits, 2 * 32 * 8);
});

Deno.test("packWeights applies frozen scales", async () => {
  const device = createReferenceDevice();
  const sample = randomSample(1, 32, 8);
  const layer = layerOf(device, sample, { plan: sparsityPlans["w1-w1t"], venom, softThresholdScale: "frozen" });
  freezeScales(layer, sample);
  refreshFeedForward(device, layer);
  const { y1, dx } = layer.sparse?.weights ?? {};
  assert(y1 !== undefined && dx !== undefined && y1.scale > 1 && dx.scale > 1 && dx.scale !== y1.scale);
  const expected = softThreshold24(sample.wIn, shape).map((value) => value * y1.scale);
  for (const [i, value] of unpack24(await device.readPacked24(y1.packed)).entries()) {
    assert(Math.abs(value - (expected[i] ?? NaN)) < 1e-6);
  }
});

Deno.test("packWeights packs what is older than its weights, and nothing else", async () => {
  const device = createReferenceDevice();
  const layer = layerOf(device, randomSample(1, 32, 8), { plan: sparsityPlans["w1-w2"], venom });
  packWeights(device, layer);
  const { y1, y3 } = layer.sparse?.weights ?? {};
  assert(y1 !== undefined && y3 !== undefined);
  const unpacked = async () => unpack24(await device.readPacked24(y1.packed));
  const before = await unpacked();
  // Contents that change behind the back of the version show what is packed and what is not.
  device.write(layer.wIn.weight, randomSample(1, 32, 8, 7).wIn);
  writeParameter(device, layer.wOut, randomSample(1, 32, 8, 7).wOut);
  packWeights(device, layer);
  assertEquals(await unpacked(), before);
  layer.wIn.version++;
  packWeights(device, layer);
  assertEquals(await unpacked(), softThreshold24(randomSample(1, 32, 8, 7).wIn, shape));
  assertEquals([y1.version, y3.version], [layer.wIn.version, layer.wOut.version]);
});

Deno.test("neurons that were permuted are packed again, without flips and not by the optimizer first", async () => {
  const device = createReferenceDevice();
  const layer = layerOf(device, randomSample(1, 32, 8), { plan: sparsityPlans.paper, venom });
  assertEquals(weightPacks(layer).size, 0, "nothing was packed yet that flips could be counted against");
  packWeights(device, layer);
  assertEquals(weightPacks(layer).size, 2);
  await permuteNeurons(device, layer, Int32Array.from({ length: 32 }, (_, i) => 31 - i));
  assertEquals(weightPacks(layer).size, 0);
  packWeights(device, layer);
  assertEquals(await device.read(layer.statistics.flips), new Int32Array([0]));
  const packed = layer.sparse?.weights.y1?.packed;
  assert(packed !== undefined);
  const weights = Float32Array.from(await device.read(layer.wIn.weight));
  assertEquals(unpack24(await device.readPacked24(packed)), softThreshold24(weights, shape));
});
