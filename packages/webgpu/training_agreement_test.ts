import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import type { Device } from "@beyond24/device";
import { type ModelShape, type Recipe, recipeSteps, sparsityPlans } from "@beyond24/recipe";
import { type HostBatch, TrainingSession } from "@beyond24/session";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";
import { deviceTests } from "./_testing.ts";

const shape: ModelShape = {
  layers: 2,
  dModel: 32,
  dFfn: 64,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  vocabularySize: 32,
  sequenceLength: 16,
};
const SEQUENCES = 4;
const PHASES: Recipe = [{ phase: "dense", steps: 15 }, { phase: "sparse", steps: 20 }, { phase: "dense", steps: 15 }];

/** Batches that count upwards in steps of the sequence's own: something to learn. */
function countingBatches(): () => HostBatch {
  let step = 0;
  return () => {
    const values = (shift: number) =>
      Int32Array.from({ length: SEQUENCES * shape.sequenceLength }, (_, i) => {
        const sequence = Math.floor(i / shape.sequenceLength);
        return (step * 7 + sequence * 5 + (i % shape.sequenceLength + shift) * (1 + sequence)) % shape.vocabularySize;
      });
    const batch = { inputs: values(0), targets: values(1) };
    step++;
    return batch;
  };
}

/** Training as the command line does it. */
function sessionOn(device: Device, recipe: Recipe, { readEvery = 1, recompute = false } = {}): TrainingSession {
  const sparsity = { plan: sparsityPlans.paper, venom: { v: 8, n: 2, m: 8 } } as const;
  const schedule = { peak: 3e-3, finalRatio: 1, warmupSteps: 0, totalSteps: recipeSteps(recipe) };
  const config = {
    transformer: { shape, sparsity, recompute },
    recipe,
    schedule,
    seed: 5,
    batchSize: SEQUENCES,
    readEvery,
  };
  return new TrainingSession(device, config, countingBatches());
}

async function lossesOn(device: Device, recompute = false): Promise<number[]> {
  const session = sessionOn(device, PHASES, { recompute });
  const losses: number[] = [];
  while (session.step < recipeSteps(PHASES)) losses.push(...(await session.runSteps(Infinity)).map(({ loss }) => loss));
  session.dispose();
  return losses;
}

const gpuTest = await deviceTests();
const halfTest = await deviceTests({ dtype: "f16" });

gpuTest("layers that are computed again give the same bits", async () => {
  const [again, kept] = [await createWebGpuDevice(), await createWebGpuDevice()];
  assertEquals(await lossesOn(again, true), await lossesOn(kept));
  for (const device of [again, kept]) device.dispose();
});

gpuTest("a session of the name of one that is gone computes what that did", async () => {
  const device = await createWebGpuDevice();
  const [first, second] = [await lossesOn(device), await lossesOn(device)];
  assertEquals(second, first);
  assertEquals(device.liveBytes, 0);
  device.dispose();
});

gpuTest("50 steps, dense, sparse, dense: losses agree with the reference CPU up to 1e-3", async () => {
  const device = await createWebGpuDevice();
  const expected = await lossesOn(createReferenceDevice());
  const actual = await lossesOn(device);
  device.dispose();
  assertEquals(actual.length, 50);
  const [first = NaN, last = NaN] = [expected[0], expected.at(-1)];
  assert(last < 0.7 * first, `the run must learn something, its loss went from ${first} to ${last}`);
  for (const [step, loss] of expected.entries()) {
    const difference = Math.abs(loss - (actual[step] ?? NaN));
    assert(difference < 1e-3, `step ${step}: ${actual[step]} instead of ${loss}`);
  }
});

gpuTest("a step is one submit and leaves the live bytes as they were, in both modes", async () => {
  const device = await createWebGpuDevice();
  const recipe: Recipe = [{ phase: "dense", steps: 3 }, { phase: "sparse", steps: 6 }, { phase: "dense", steps: 3 }];
  const session = sessionOn(device, recipe, { readEvery: 3 });
  while (session.step < 6) await session.runSteps(6);
  const { liveBytes } = device;
  for (const phase of ["sparse", "dense"] as const) {
    const { submits } = device;
    const steps = await session.runSteps(Infinity);
    assertEquals(steps.map((step) => step.phase), [phase, phase, phase]);
    assertEquals(device.submits - submits, 3 + 1, "three steps, and what they measured is read");
    assertEquals(device.liveBytes, liveBytes);
  }
  session.dispose();
  assertEquals(device.liveBytes, 0);
  device.dispose();
});

gpuTest("activations whose squares overflow show in loss and gradient, in both modes", async () => {
  for (const phase of ["dense", "sparse"] as const) {
    const device = await createWebGpuDevice();
    const session = sessionOn(device, [{ phase, steps: 9 }]);
    await session.runSteps(1);
    const { embedding } = session.model;
    const large = Float32Array.from(await device.read(embedding.weight), (value) => value * 1e22);
    writeParameter(device, embedding, large);
    const [step] = await session.runSteps(2);
    assertEquals([step?.loss, step?.grad_norm], [NaN, NaN], phase);
    device.dispose();
  }
});

gpuTest("a replayed step of plan beyond draws anew at every step, and what the reference CPU draws", async () => {
  const device = await createWebGpuDevice();
  const [actual, expected] = [await standingNorms(device), await standingNorms(createReferenceDevice())];
  device.dispose();
  assertEquals(new Set(actual).size, 4);
  for (const [step, norm] of expected.entries()) {
    const difference = Math.abs(norm - (actual[step] ?? NaN));
    assert(difference < 1e-4 * norm, `step ${step}: ${actual[step]} instead of ${norm}`);
  }
});

/** Gradient norms of four sparse steps with one batch and weights that stand still: they differ in what is drawn. */
async function standingNorms(device: Device): Promise<number[]> {
  const sparsity = { plan: sparsityPlans.beyond, venom: { v: 8, n: 2, m: 16 }, expertsPerToken: 2 } as const;
  const schedule = { peak: 0, finalRatio: 0, warmupSteps: 0, totalSteps: 4 };
  const recipe: Recipe = [{ phase: "sparse", steps: 4 }];
  const config = { transformer: { shape, sparsity }, recipe, schedule, seed: 5, batchSize: SEQUENCES };
  const batch = countingBatches()();
  const session = new TrainingSession(device, config, () => batch);
  const norms: number[] = [];
  while (session.step < 4) norms.push(...(await session.runSteps(4)).map(({ grad_norm }) => grad_norm));
  session.dispose();
  return norms;
}

gpuTest("neurons are clustered by their activations as the reference CPU clusters them", async () => {
  const found = [];
  for (const clusters of ["activations", "weights"] as const) {
    const neurons = await clustered(await createWebGpuDevice(), clusters);
    assertEquals(neurons, await clustered(createReferenceDevice(), clusters), clusters);
    found.push(neurons);
  }
  assertNotEquals(found[0], found[1]);
});

/** The input weights of the first layer after a step that clusters the neurons and moves no weight. */
async function clustered(device: Device, clusters: "activations" | "weights"): Promise<Float32Array> {
  const sparsity = { plan: sparsityPlans.beyond, venom: { v: 8, n: 2, m: 16 }, clusters } as const;
  const schedule = { peak: 0, finalRatio: 0, warmupSteps: 0, totalSteps: 1 };
  const recipe: Recipe = [{ phase: "sparse", steps: 1 }];
  const config = { transformer: { shape, sparsity }, recipe, schedule, seed: 5, batchSize: SEQUENCES };
  const session = new TrainingSession(device, config, countingBatches());
  await session.runSteps(1);
  const [first] = session.model.layers;
  assert(first !== undefined);
  const weights = Float32Array.from(await device.read(first.feedForward.wIn.weight));
  session.dispose();
  device.dispose();
  return weights;
}

halfTest("half-precision activations learn too", async () => {
  const device = await createWebGpuDevice({ dtype: "f16" });
  const losses = await lossesOn(device);
  device.dispose();
  const [first = NaN, last = NaN] = [losses[0], losses.at(-1)];
  assert(losses.every(Number.isFinite), String(losses));
  assert(last < 0.7 * first, `the loss went from ${first} to ${last}`);
});
