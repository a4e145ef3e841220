import { createReferenceDevice } from "@beyond24/cpu";
import { sparsityPlans } from "@beyond24/recipe";
import { assertEquals, assertThrows } from "@std/assert";
import { forwardBackward } from "./forward_backward.ts";
import { batchOf, floatsOf, numberOf, TestRun } from "./_testing_test.ts";
import { transformerParameters } from "./transformer_parameters.ts";
import { updateSparse } from "./update_sparse.ts";

/** Plans whose weights the optimizer packs whole, in part (wIn along two axes), and not at all. */
const PLANS = ["paper", "w1-w1t", "activations-24"] as const;

for (const plan of PLANS) {
  Deno.test(`packing while updating trains as packing at the start of a step does: ${plan}`, async () => {
    const [before, after] = [TestRun.of(sparsityPlans[plan]), TestRun.of(sparsityPlans[plan])];
    const losses: number[] = [];
    for (const run of [before, after]) await run.cluster();
    const batch = batchOf(after.device, 2, 8);
    for (let step = 0; step < 3; step++) {
      const arena = after.device.arena();
      after.optimizer.prepare(1e-2);
      forwardBackward(after.model, batch, { mode: "sparse", arena, packed: true });
      updateSparse(after.model, after.optimizer);
      losses.push(await numberOf(after.device, after.model.loss));
    }
    assertEquals(losses, await before.train("sparse", 3, batchOf(before.device, 2, 8)));
    const expected = transformerParameters(before.model);
    for (const [i, { weight, name }] of transformerParameters(after.model).entries()) {
      assertEquals(
        await floatsOf(after.device, weight),
        await floatsOf(before.device, expected[i]?.weight ?? weight),
        name,
      );
    }
  });
}

Deno.test("the flips of an update are those that packing at the start of the next step counts", async () => {
  const [before, after] = [TestRun.of(sparsityPlans.paper), TestRun.of(sparsityPlans.paper)];
  for (const run of [before, after]) await run.cluster();
  await before.train("sparse", 2, batchOf(before.device, 2, 8), 0.1);
  const arena = after.device.arena();
  after.optimizer.prepare(0.1);
  forwardBackward(after.model, batchOf(after.device, 2, 8), { mode: "sparse", arena, packed: true });
  updateSparse(after.model, after.optimizer);
  const flips = ({ model: { layers } }: TestRun) =>
    Promise.all(layers.map(({ feedForward }) => after.device.read(feedForward.statistics.flips)));
  assertEquals(await flips(after), await flips(before));
});

Deno.test("updateSparse refuses a model that is not ready", () => {
  const run = TestRun.of(sparsityPlans.paper, createReferenceDevice());
  assertThrows(() => updateSparse(run.model, run.optimizer), Error, "startSparse");
});
