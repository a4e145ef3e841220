import { assert, assertEquals } from "@std/assert";
import { writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import { sparsityPlans } from "@beyond24/recipe";
import { transformerParameters } from "./transformer_parameters.ts";
import { readTransformerState, writeTransformerState } from "./transformer_state.ts";
import { batchOf, floatsOf, shape, TestRun, venom } from "./_testing.ts";

function assertFalling(losses: readonly number[], what: string): void {
  assert(losses.every(Number.isFinite), `${what}: ${losses}`);
  const [first = NaN, last = NaN] = [losses[0], losses.at(-1)];
  assert(last < 0.8 * first, `${what}: the loss must fall, it went ${losses}`);
}

for (const [name, plan] of Object.entries(sparsityPlans)) {
  Deno.test(`a tiny model learns with plan ${name}: dense, sparse, dense`, async () => {
    const run = TestRun.of(plan);
    const batch = batchOf(run.device, 2, 8);
    const warmUp = await run.train("dense", 3, batch);
    await run.cluster();
    const sparse = await run.train("sparse", 12, batch);
    assertFalling(sparse, name);
    assertFalling([...warmUp, ...sparse, ...await run.train("dense", 5, batch)], name);
  });
}

Deno.test("a tiny model learns with bf16 activations", async () => {
  const run = TestRun.of(sparsityPlans.paper, createReferenceDevice({ activationType: "bf16" }));
  const batch = batchOf(run.device, 2, 8);
  await run.train("dense", 3, batch);
  await run.cluster();
  assertFalling(await run.train("sparse", 15, batch), "bf16");
});

Deno.test("a run continues from a checkpoint to the last bit, frozen scales included", async () => {
  const device = createReferenceDevice();
  const sparsity = { plan: sparsityPlans.paper, venom, softThresholdScale: "frozen" } as const;
  const run = new TestRun(device, { shape, sparsity });
  const batch = batchOf(device, 2, 8);
  await run.train("dense", 2, batch);
  await run.cluster();
  await run.train("sparse", 2, batch);

  const resumed = new TestRun(device, { shape, sparsity }, 77);
  const original = transformerParameters(run.model);
  for (const [i, parameter] of transformerParameters(resumed.model).entries()) {
    assertEquals(parameter.name, original[i]?.name);
    writeParameter(device, parameter, await floatsOf(device, original[i]?.weight ?? parameter.weight));
  }
  const state = run.optimizer.stateTensors();
  for (const [i, { tensor }] of resumed.optimizer.stateTensors().entries()) {
    device.write(tensor, await device.read(state[i]?.tensor ?? tensor));
  }
  resumed.optimizer.stepCount = run.optimizer.stepCount;
  writeTransformerState(resumed.model, JSON.parse(JSON.stringify(readTransformerState(run.model))));

  assertEquals(await resumed.train("sparse", 3, batch), await run.train("sparse", 3, batch));
  for (const [i, { weight, name }] of transformerParameters(resumed.model).entries()) {
    assertEquals(await device.read(weight), await device.read(original[i]?.weight ?? weight), name);
  }
});
