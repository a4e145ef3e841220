import { createReferenceDevice } from "@beyond24/cpu";
import { soloCollectives } from "@beyond24/device";
import { gpuLimits, modelPresets, parameterCounts, sparsityPlans, trainingFlops } from "@beyond24/recipe";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { speedMeter } from "./_speed_meter.ts";
import type { SessionConfig } from "./session_config.ts";

const shape = modelPresets["llama-1b"];
const venom = { v: 64, n: 2, m: 16 } as const;
const config: SessionConfig = {
  transformer: { shape, sparsity: { plan: sparsityPlans.paper, venom } },
  recipe: [{ phase: "sparse", steps: 1 }],
  schedule: { peak: 1e-3, finalRatio: 0.1, warmupSteps: 1, totalSteps: 1 },
  seed: 1,
  batchSize: 2,
  microBatches: 3,
};
const tokens = 2 * 3 * shape.sequenceLength;
const h100 = { ...createReferenceDevice(), peakFlops: gpuLimits.h100.flopsPerSecond };

Deno.test("speedMeter of one process says tokens a second, and of a GPU that is known its utilization", () => {
  const speed = speedMeter(h100, config, soloCollectives)("dense", { steps: 4, spent: 8000, waited: undefined });
  assertEquals([speed.step_ms, speed.tokens_per_second], [2000, tokens / 2]);
  assertEquals([speed.tokens_per_second_each, speed.waiting_ms], [null, null]);
  assertAlmostEquals(speed.mfu ?? NaN, trainingFlops(shape, tokens / 2).total.denseEquivalent / 989.5e12, 1e-12);
  // By the rule of thumb: six FLOPs a token and parameter that products read, and those of attention.
  const { total, embedding } = parameterCounts(shape);
  const attention = 3 * 2 * shape.layers * 2 * shape.heads * shape.headDim * (shape.sequenceLength + 1) / 2;
  const ruleOfThumb = tokens / 2 * (6 * (total - embedding) + attention) / 989.5e12;
  assertAlmostEquals((speed.mfu ?? NaN) / ruleOfThumb, 1, 1e-3);
  assertEquals(speed.executed_mfu, speed.mfu);
  const unknown = speedMeter(createReferenceDevice(), config, soloCollectives);
  const { mfu, executed_mfu } = unknown("sparse", { steps: 1, spent: 1, waited: undefined });
  assertEquals([mfu, executed_mfu], [null, null]);
});

Deno.test("speedMeter counts what is executed: less in sparse steps, more where layers are computed again", () => {
  const time = { steps: 1, spent: 1000, waited: undefined };
  const sparse = speedMeter(h100, config, soloCollectives)("sparse", time);
  const { denseEquivalent, executed } = trainingFlops(shape, 1, { plan: sparsityPlans.paper, venom }).total;
  assertAlmostEquals((sparse.executed_mfu ?? NaN) / (sparse.mfu ?? NaN), executed / denseEquivalent, 1e-9);
  const half = { ...config, transformer: { ...config.transformer, denseLayers: shape.layers / 2 } };
  const halfSparse = speedMeter(h100, half, soloCollectives)("sparse", time);
  assertEquals(halfSparse.mfu, sparse.mfu);
  const mean = ((sparse.mfu ?? NaN) + (sparse.executed_mfu ?? NaN)) / 2;
  assertAlmostEquals(halfSparse.executed_mfu ?? NaN, mean, 1e-9);
  const again = { ...config, transformer: { ...config.transformer, recompute: true } };
  const dense = speedMeter(h100, again, soloCollectives)("dense", time);
  assertEquals(dense.mfu, sparse.mfu);
  assert((dense.executed_mfu ?? NaN) > 1.25 * (dense.mfu ?? NaN));
});

Deno.test("speedMeter of several processes says their speed in all and each, and the mean wait of a step", () => {
  const [one, four] = [1, 4].map((size) =>
    speedMeter(h100, config, { ...soloCollectives, size })("dense", { steps: 2, spent: 400, waited: 30 })
  );
  assertEquals(four?.tokens_per_second, 4 * (one?.tokens_per_second ?? NaN));
  assertEquals(four?.tokens_per_second_each, one?.tokens_per_second);
  assertEquals([one?.waiting_ms, four?.waiting_ms], [null, 15]);
  assertEquals(four?.mfu, one?.mfu, "of all GPUs, as busy as one");
});
