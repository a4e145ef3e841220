import { sparsityPlans } from "@beyond24/recipe";
import { assertEquals } from "@std/assert";
import { forwardBackward } from "./forward_backward.ts";
import { logits } from "./logits.ts";
import { packTransformer, transformerPacks } from "./pack_transformer.ts";
import { batchOf, floatsOf, numberOf, TestRun } from "./_testing.ts";
import { transformerParameters } from "./transformer_parameters.ts";

/** Plans whose weights the optimizer packs whole, in part (wIn along two axes), and not at all. */
const PLANS = ["paper", "w1-w1t", "activations-24"] as const;

/** A sparse step whose optimizer packs, as a session does it. */
async function packingStep({ model, optimizer, device }: TestRun, learningRate: number): Promise<void> {
  packTransformer(model);
  forwardBackward(model, batchOf(device, 2, 8), { mode: "sparse", arena: device.arena() });
  await optimizer.step(learningRate, transformerPacks(model));
  packTransformer(model);
}

for (const plan of PLANS) {
  Deno.test(`packing while updating trains as packing at the start of a step does: ${plan}`, async () => {
    const [before, after] = [TestRun.of(sparsityPlans[plan]), TestRun.of(sparsityPlans[plan])];
    const losses: number[] = [];
    for (const run of [before, after]) await run.cluster();
    for (let step = 0; step < 3; step++) {
      await packingStep(after, 1e-2);
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
  await packingStep(after, 0.1);
  const flips = ({ model: { layers } }: TestRun) =>
    Promise.all(layers.map(({ feedForward }) => after.device.read(feedForward.statistics.flips)));
  assertEquals(await flips(after), await flips(before));
});

Deno.test("sampled tokens do not pack weights that are current", async () => {
  const run = TestRun.of(sparsityPlans.paper);
  await run.cluster();
  const { device, model } = run;
  const { softThreshold24 } = device.kernels;
  let packings = 0;
  device.kernels.softThreshold24 = (args) => {
    packings++;
    softThreshold24.call(device.kernels, args);
  };
  const { tokens } = batchOf(device, 1, 8);
  for (let token = 0; token < 3; token++) {
    await device.read(logits(model, tokens, { arena: device.arena(), mode: "sparse" }));
  }
  assertEquals(packings, 2 * model.layers.length);
  await run.optimizer.step(1e-3);
  logits(model, tokens, { arena: device.arena(), mode: "sparse" });
  assertEquals(packings, 4 * model.layers.length);
});
