import { assert, assertEquals } from "@std/assert";
import { writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import { sparsityPlans } from "@beyond24/recipe";
import { flipRate24, prune24, softThreshold24, unpack24 } from "@beyond24/sparse24";
import { freezeScales } from "./freeze_scales.ts";
import { packFeedForward } from "./pack_feed_forward.ts";
import { layerOf, randomSample } from "./_testing_test.ts";

const venom = { v: 4, n: 2, m: 16 } as const;
const shape = { rows: 32, cols: 8 };

Deno.test("packFeedForward follows the weights and counts flipped mask bits", async () => {
  const device = createReferenceDevice();
  const [sample, next] = [randomSample(1, 32, 8), randomSample(1, 32, 8, 7)];
  const layer = layerOf(device, sample, { plan: sparsityPlans.paper, venom });
  packFeedForward(device, layer, { countFlips: false });
  assertEquals(await device.read(layer.statistics.flips), new Int32Array([0]));
  writeParameter(device, layer.wIn, next.wIn);
  packFeedForward(device, layer, { countFlips: true });
  const rate = flipRate24(prune24(sample.wIn, shape), prune24(next.wIn, shape));
  assert(rate > 0);
  assertEquals(await device.read(layer.statistics.flips), new Int32Array([Math.round(rate * 32 * 8)]));
  const packed = layer.sparse?.weights.y1?.packed;
  assert(packed !== undefined);
  assertEquals(unpack24(await device.readPacked24(packed)), softThreshold24(next.wIn, shape));
  assertEquals(layer.sparse?.maskBits, 2 * 32 * 8);
});

Deno.test("packFeedForward applies frozen scales", async () => {
  const device = createReferenceDevice();
  const sample = randomSample(1, 32, 8);
  const layer = layerOf(device, sample, { plan: sparsityPlans["w1-w1t"], venom, softThresholdScale: "frozen" });
  freezeScales(layer, sample);
  packFeedForward(device, layer, { countFlips: false });
  const { y1, dx } = layer.sparse?.weights ?? {};
  assert(y1 !== undefined && dx !== undefined && y1.scale > 1 && dx.scale > 1 && dx.scale !== y1.scale);
  const expected = softThreshold24(sample.wIn, shape).map((value) => value * y1.scale);
  for (const [i, value] of unpack24(await device.readPacked24(y1.packed)).entries()) {
    assert(Math.abs(value - (expected[i] ?? NaN)) < 1e-6);
  }
});
