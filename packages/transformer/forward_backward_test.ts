import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Parameter, writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import { type SparsityPlan, sparsityPlans } from "@beyond24/recipe";
import { clusterTransformer } from "./cluster_transformer.ts";
import { createTransformer } from "./create_transformer.ts";
import { disposeTransformer } from "./dispose_transformer.ts";
import { evaluateLoss } from "./evaluate_loss.ts";
import { logits } from "./logits.ts";
import { forwardBackward } from "./forward_backward.ts";
import { countTargets, createTokenBatch, freeTokenBatch, type TokenBatch, writeTokenBatch } from "./token_batch.ts";
import type { Transformer } from "./transformer.ts";
import { transformerParameters } from "./transformer_parameters.ts";
import { batchOf, floatsOf, numberOf, randomValues, roughModel, shape, TestRun, venom } from "./_testing.ts";

type Mode = "dense" | "sparse";

/** Exactly differentiable away from ties: routed and selected, nothing straight-through. */
const exactPlan: SparsityPlan = {
  ...sparsityPlans.venom,
  dwOut: { operand: "y2", format: "columns" },
  dwIn: { operand: "dy1", format: "columns" },
};
const keepAllPlan: SparsityPlan = {
  ...exactPlan,
  y3: { operand: "y2", format: "columns" },
  dx: { operand: "dy1", format: "columns" },
};

async function gradientsOf(model: Transformer, batch: TokenBatch, mode: Mode): Promise<Map<Parameter, Float32Array>> {
  const arena = model.device.arena();
  forwardBackward(model, batch, { mode, arena });
  arena.dispose();
  const result = new Map<Parameter, Float32Array>();
  for (const parameter of transformerParameters(model)) {
    result.set(parameter, await floatsOf(model.device, parameter.gradient));
  }
  return result;
}

async function lossOf(model: Transformer, batch: TokenBatch, mode: Mode): Promise<number> {
  const arena = model.device.arena();
  const out = model.device.tensor([1], "f32");
  evaluateLoss(model, batch, { mode, arena, out });
  arena.dispose();
  return await numberOf(model.device, out);
}

/** Compares, for every parameter, slopes of the loss along its gradient and along random directions. */
async function checkGradients(model: Transformer, batch: TokenBatch, mode: Mode): Promise<void> {
  const gradients = await gradientsOf(model, batch, mode);
  for (const [which, [parameter, gradient]] of [...gradients].entries()) {
    const weight = await floatsOf(model.device, parameter.weight);
    for (const direction of [gradient, randomValues(gradient.length, 100 + which)]) {
      const length = Math.sqrt(direction.reduce((acc, value) => acc + value * value, 0));
      assert(length > 1e-4, `${parameter.name} has no gradient`);
      const unit = direction.map((value) => value / length);
      const at = async (offset: number) => {
        writeParameter(model.device, parameter, weight.map((value, i) => value + offset * (unit[i] ?? NaN)));
        return await lossOf(model, batch, mode);
      };
      const step = 1 / 2048; // small, so that no token changes its expert and no group its selection
      const expected = (await at(step) - await at(-step)) / (2 * step);
      const actual = gradient.reduce((acc, value, i) => acc + value * (unit[i] ?? NaN), 0);
      assertAlmostEquals(actual, expected, 2e-3 + 1e-2 * Math.abs(expected), parameter.name);
    }
    writeParameter(model.device, parameter, weight);
  }
}

Deno.test("forwardBackward: gradients of the whole model equal difference quotients, dense", async () => {
  // The loss takes five tokens at a time.
  const model = roughModel({}, Object.assign(createReferenceDevice(), { logitsBytes: 5 * 4 * shape.vocabularySize }));
  await checkGradients(model, batchOf(model.device, 2, 6), "dense");
});

for (const denseLayers of [0, 1]) {
  Deno.test(`forwardBackward: gradients of the whole model equal difference quotients, ${denseLayers} layers dense of 2 in a sparse pass`, async () => {
    const model = roughModel({ sparsity: { plan: exactPlan, venom }, denseLayers });
    await clusterTransformer(model, { seed: 1 });
    await checkGradients(model, batchOf(model.device, 2, 6), "sparse");
  });
}

Deno.test("forwardBackward: sparse with one expert and everything kept equals dense to the last bit", async () => {
  const model = roughModel({ sparsity: { plan: keepAllPlan, venom: { v: 8, n: 2, m: 4 } } });
  await clusterTransformer(model, { seed: 1 });
  const batch = batchOf(model.device, 3, 7);
  const dense = await gradientsOf(model, batch, "dense");
  const loss = await numberOf(model.device, model.loss);
  assertEquals(await gradientsOf(model, batch, "sparse"), dense);
  assertEquals(await numberOf(model.device, model.loss), loss);
});

/** Losses and gradients of two micro-batches of one sequence against those of one batch of both. */
async function checkMicroBatches(mode: Mode, masked: readonly number[]): Promise<void> {
  const model = roughModel({ sparsity: { plan: exactPlan, venom } });
  await clusterTransformer(model, { seed: 1 });
  const { device } = model;
  const batch = batchOf(device, 2, 6);
  const inputs = Int32Array.from(await device.read(batch.tokens));
  const targets = (await device.read(batch.targets)).map((target, i) => masked.includes(i) ? -1 : target);
  const host = { inputs, targets: Int32Array.from(targets) };
  writeTokenBatch(model, batch, host);
  const whole = await gradientsOf(model, batch, mode);
  const loss = await numberOf(device, model.loss);
  assertAlmostEquals(await lossOf(model, batch, mode), loss, 1e-6);

  const arena = device.arena();
  const counted = countTargets(model, host) / 2;
  for (const microBatch of [0, 1]) {
    const part = createTokenBatch(device, 1, 6);
    const rows = (values: Int32Array) => values.slice(6 * microBatch, 6 * microBatch + 6);
    writeTokenBatch(model, part, { inputs: rows(host.inputs), targets: rows(host.targets) }, counted);
    forwardBackward(model, part, { mode, arena, microBatch, microBatches: 2 });
    arena.reset();
  }
  assertAlmostEquals(await numberOf(device, model.loss), loss, 1e-5);
  for (const [{ gradient, name }, expected] of whole) {
    for (const [i, value] of (await floatsOf(device, gradient)).entries()) {
      assertAlmostEquals(value, expected[i] ?? NaN, 1e-5, name);
    }
  }
}

for (const mode of ["dense", "sparse"] as const) {
  Deno.test(`forwardBackward: micro-batches give the loss and gradients of the whole batch, ${mode}`, async () => {
    await checkMicroBatches(mode, []);
  });

  Deno.test(`forwardBackward: so they do where few targets of one count, all but one of another, ${mode}`, async () => {
    await checkMicroBatches(mode, [0, 1, 2, 3, 5, 8]);
  });

  Deno.test(`forwardBackward: so they do where no target of one counts, ${mode}`, async () => {
    await checkMicroBatches(mode, [0, 1, 2, 3, 4, 5, 8]);
  });
}

Deno.test("forwardBackward: positions whose targets do not count change nothing", async () => {
  const model = roughModel();
  const { device } = model;
  const [inputs, targets] = [Int32Array.of(1, 2, 3, 4), Int32Array.of(2, 3, 4, 5)];
  const [short, long] = [createTokenBatch(device, 1, 4), createTokenBatch(device, 1, 8)];
  writeTokenBatch(model, short, { inputs, targets });
  const padding = new Int32Array(4).fill(-1);
  writeTokenBatch(model, long, {
    inputs: Int32Array.of(...inputs, 9, 9, 9, 9),
    targets: Int32Array.of(...targets, ...padding),
  });
  const expected = await gradientsOf(model, short, "dense");
  const loss = await numberOf(device, model.loss);
  const actual = await gradientsOf(model, long, "dense");
  assertAlmostEquals(await numberOf(device, model.loss), loss, 1e-6);
  for (const [parameter, gradient] of expected) {
    gradient.forEach((value, i) => assertAlmostEquals(actual.get(parameter)?.[i] ?? NaN, value, 1e-6, parameter.name));
  }
});

Deno.test("forwardBackward: products read the current weights after each optimizer step", async () => {
  const run = TestRun.of(sparsityPlans.paper);
  const batch = batchOf(run.device, 2, 8);
  await run.cluster();
  await run.train("sparse", 3, batch);
  const gradients = await gradientsOf(run.model, batch, "sparse");
  const loss = await numberOf(run.device, run.model.loss);

  const fresh = TestRun.of(sparsityPlans.paper);
  for (const [i, parameter] of transformerParameters(fresh.model).entries()) {
    const { weight = parameter.weight } = transformerParameters(run.model)[i] ?? {};
    writeParameter(fresh.device, parameter, await floatsOf(run.device, weight));
  }
  fresh.model.state.clustered = true;
  const expected = await gradientsOf(fresh.model, batchOf(fresh.device, 2, 8), "sparse");
  assertEquals(loss, await numberOf(fresh.device, fresh.model.loss));
  assertEquals([...gradients.values()], [...expected.values()]);
});

Deno.test("forwardBackward: memory is the same after every step and gone after disposal", async () => {
  const run = TestRun.of(sparsityPlans.paper);
  const batch = batchOf(run.device, 2, 8);
  await run.cluster();
  const arena = run.device.arena();
  const before = run.device.liveBytes;
  const sizes = new Map<string, Set<number>>();
  for (const mode of ["dense", "sparse", "dense", "sparse", "sparse", "dense"] as const) {
    forwardBackward(run.model, batch, { mode, arena });
    await run.optimizer.step(1e-3);
    arena.reset();
    if (sizes.size === 2) sizes.get("both")?.add(run.device.liveBytes);
    else sizes.set(sizes.size === 0 ? "first" : "both", new Set([run.device.liveBytes]));
  }
  assertEquals(sizes.get("both")?.size, 1);
  arena.dispose();
  assertEquals(run.device.liveBytes, before);
  run.optimizer.dispose();
  disposeTransformer(run.model);
  freeTokenBatch(run.device, batch);
  assertEquals(run.device.liveBytes, 0);
});

Deno.test("forwardBackward refuses what cannot run", () => {
  const device = createReferenceDevice();
  const model = createTransformer(device, { shape }, 1);
  const batch = batchOf(device, 1, 4);
  const arena = device.arena();
  assertThrows(() => forwardBackward(model, batch, { mode: "sparse", arena }), Error, "create it with sparsity");
  const targets = device.tensor([4], "i32");
  assertThrows(() => forwardBackward(model, { ...batch, targets }, { mode: "dense", arena }), TypeError, "[1,4]");
});

Deno.test("tokens that only fill the vocabulary up change neither loss nor scores, and get no gradient", async () => {
  const [exact, padded] = [0, 5].map((more) => {
    const wide = { ...shape, vocabularySize: shape.vocabularySize + more };
    return createTransformer(createReferenceDevice(), { shape: wide, tokens: shape.vocabularySize }, 1);
  });
  assert(exact !== undefined && padded !== undefined);
  const others = transformerParameters(padded);
  for (const [index, parameter] of transformerParameters(exact).entries()) {
    const values = randomValues(parameter.shape.reduce((a, b) => a * b, 1), index + 2);
    const other = others[index];
    assert(other !== undefined);
    // Whatever the other rows hold: scores from them would be far above all.
    const filled = new Float32Array(other.shape.reduce((a, b) => a * b, 1)).fill(1e6);
    filled.set(values);
    writeParameter(exact.device, parameter, values);
    writeParameter(padded.device, other, filled);
  }
  const results = [];
  for (const model of [exact, padded]) {
    const batch = batchOf(model.device, 2, 8);
    const gradients = await gradientsOf(model, batch, "dense");
    const rows = [...gradients].map(([{ name }, values]) => {
      const used = ["model.embed_tokens.weight", "lm_head.weight"].includes(name) ? 11 * shape.dModel : values.length;
      assert(values.subarray(used).every((value) => value === 0), name);
      return values.slice(0, used);
    });
    const scores = await floatsOf(model.device, logits(model, batch.tokens, { arena: model.device.arena() }));
    results.push([await lossOf(model, batch, "dense"), await numberOf(model.device, model.loss), scores, rows]);
  }
  assertEquals(results[1], results[0]);
  const targets = new Int32Array(8).fill(11);
  assertThrows(() => countTargets(padded, { inputs: new Int32Array(8), targets }), RangeError, "-1 to 10");
});
