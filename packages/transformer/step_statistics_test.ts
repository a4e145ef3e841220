import { assert, assertEquals, assertThrows } from "@std/assert";
import { elementCount } from "@beyond24/device";
import { sparsityPlans } from "@beyond24/recipe";
import { readStepStatistics, statisticsTensors } from "./step_statistics.ts";
import { readTransformerState, writeTransformerState } from "./transformer_state.ts";
import { batchOf, floatsOf, shape, TestRun } from "./_testing_test.ts";

async function statisticsOf(run: TestRun, mode: "dense" | "sparse") {
  const tensors = statisticsTensors(run.model);
  const width = tensors.reduce((sum, tensor) => sum + elementCount(tensor.shape), 0);
  const ring = run.device.tensor([2, width], "f32");
  run.device.kernels.recordRow({ values: tensors, ring, cursor: run.device.tensor([1], "i32") });
  const row = (await floatsOf(run.device, ring)).subarray(0, width);
  return readStepStatistics(run.model, row, { tokens: 16, mode });
}

Deno.test("readStepStatistics: loss, sparsity, load and flips of dense and sparse steps", async () => {
  const run = TestRun.of(sparsityPlans.paper);
  const batch = batchOf(run.device, 2, 8);
  const [, loss] = await run.train("dense", 2, batch);
  const dense = await statisticsOf(run, "dense");
  assertEquals(Object.keys(dense), ["loss", "activationSparsity", "expertCounts"]);
  assertEquals(dense.loss, loss);
  assert(dense.activationSparsity > 0.2 && dense.activationSparsity < 0.8, `${dense.activationSparsity}`);

  await run.cluster();
  await run.train("sparse", 1, batch);
  assertEquals((await statisticsOf(run, "sparse")).flipRate, 0);
  await run.train("sparse", 3, batch);
  const { activationSparsity, expertLoad, expertCounts, flipRate } = await statisticsOf(run, "sparse");
  assert(activationSparsity >= 0.75, `two experts and 2:4 leave a quarter at most: ${activationSparsity}`);
  assert(expertLoad !== undefined && expertLoad.min >= 0 && expertLoad.max <= 16);
  assertEquals(expertLoad.mean, 16 / 2);
  assertEquals(expertCounts.map((layer) => layer.reduce((sum, count) => sum + count, 0)), [16, 16]);
  assert(flipRate !== undefined && flipRate > 0 && flipRate < 0.5, `${flipRate}`);
});

Deno.test("writeTransformerState refuses a state of another model", () => {
  const [paper, w1] = [TestRun.of(sparsityPlans.paper), TestRun.of(sparsityPlans.w1)];
  assertEquals(Object.keys(readTransformerState(paper.model).scales[0] ?? {}), ["y1", "dy2"]);
  const state = readTransformerState(w1.model);
  assertEquals(state.scales.length, shape.layers);
  assertThrows(() => writeTransformerState(paper.model, state), TypeError, "dy2");
});
