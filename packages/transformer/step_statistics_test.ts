import { assert, assertEquals, assertThrows } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { elementCount, type Tensor } from "@beyond24/device";
import { sparsityPlans } from "@beyond24/recipe";
import { readStepStatistics, statisticsTensors } from "./step_statistics.ts";
import { readTransformerState, writeTransformerState } from "./transformer_state.ts";
import { batchOf, floatsOf, shape, TestRun, venom } from "./_testing.ts";

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
  assertEquals([dense.expert_load_min, dense.expert_load_mean, dense.expert_load_max, dense.flip_rate], [
    null,
    null,
    null,
    null,
  ]);
  assertEquals(dense.expertCounts, []);
  assertEquals(dense.loss, loss);
  assert(dense.activation_sparsity > 0.2 && dense.activation_sparsity < 0.8, `${dense.activation_sparsity}`);

  await run.cluster();
  await run.train("sparse", 1, batch);
  assertEquals((await statisticsOf(run, "sparse")).flip_rate, 0);
  await run.train("sparse", 3, batch);
  const { activation_sparsity, expert_load_min, expert_load_mean, expert_load_max, expertCounts, flip_rate } =
    await statisticsOf(run, "sparse");
  assert(activation_sparsity >= 0.75, `two experts and 2:4 leave a quarter at most: ${activation_sparsity}`);
  assert(expert_load_min !== null && expert_load_min >= 0 && expert_load_max !== null && expert_load_max <= 16);
  assertEquals(expert_load_mean, 16 / 2);
  assertEquals(expertCounts.map((layer) => layer.reduce((sum, count) => sum + count, 0)), [16, 16]);
  assert(flip_rate !== null && flip_rate > 0 && flip_rate < 0.5, `${flip_rate}`);
});

Deno.test("readStepStatistics: the share of energy of routers that know it", async () => {
  for (const [router, isKnown] of [["cosine", false], ["probe", true], ["energy", true]] as const) {
    const sparsity = { plan: sparsityPlans.paper, venom, router };
    const run = new TestRun(createReferenceDevice(), { shape, sparsity });
    await run.cluster();
    await run.train("sparse", 1, batchOf(run.device, 2, 8));
    const { energy_share, energyShares } = await statisticsOf(run, "sparse");
    assertEquals(energyShares.length, isKnown ? shape.layers : 0, router);
    if (isKnown) {
      assert(energy_share !== null && energy_share >= 0.5 && energy_share <= 1, `${router}: ${energy_share}`);
    } else assertEquals(energy_share, null);
    assertEquals((await statisticsOf(run, "dense")).energy_share, null);
  }
});

Deno.test("readStepStatistics: a layer that stays dense counts in the sparsity alone", async () => {
  const sparsity = { plan: sparsityPlans.beyond, venom, router: "energy" } as const;
  const run = new TestRun(createReferenceDevice(), { shape, sparsity, denseLayers: 1 });
  await run.cluster();
  const batch = batchOf(run.device, 2, 8);
  await run.train("sparse", 3, batch);
  const found = await statisticsOf(run, "sparse");
  const [first, second] = run.model.layers.map(({ feedForward: { statistics } }) => statistics);
  assert(first !== undefined && second !== undefined);
  const of = async (tensor: Tensor) => Array.from(await floatsOf(run.device, tensor));
  const [share = NaN] = await of(second.energyShare);
  assertEquals([found.energy_share, ...found.energyShares], [share, share]);
  assertEquals(found.expertCounts, [await of(second.expertCounts)]);
  assertEquals(found.expert_load_mean, 16 / 2);
  const [flips = NaN] = await of(second.flips);
  assertEquals(found.flip_rate, flips / (2 * shape.dFfn * shape.dModel), "of both packed weights of one layer");
  const [[dense = NaN], [routed = NaN]] = [await of(first.nonzero), await of(second.nonzero)];
  assert(dense > 2 * routed && routed > 0, `${dense}, ${routed}`);
  assertEquals(found.activation_sparsity, 1 - (dense + routed) / (2 * 16 * shape.dFfn));

  const all = new TestRun(createReferenceDevice(), { shape, sparsity, denseLayers: shape.layers });
  await all.cluster();
  await all.train("sparse", 1, batchOf(all.device, 2, 8));
  const { loss: _, activation_sparsity: __, ...routing } = await statisticsOf(all, "sparse");
  assertEquals(routing, {
    energy_share: null,
    energyShares: [],
    expert_load_min: null,
    expert_load_mean: null,
    expert_load_max: null,
    expertCounts: [],
    flip_rate: null,
  });
});

Deno.test("writeTransformerState refuses a state of another model", () => {
  const [paper, w1] = [TestRun.of(sparsityPlans.paper), TestRun.of(sparsityPlans.w1)];
  assertEquals(Object.keys(readTransformerState(paper.model).scales[0] ?? {}), ["y1", "dy2"]);
  const state = readTransformerState(w1.model);
  assertEquals(state.scales.length, shape.layers);
  assertThrows(() => writeTransformerState(paper.model, state), TypeError, "dy2");
});
