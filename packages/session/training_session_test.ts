import { createCpuDevice } from "@beyond24/cpu";
import { writeParameter } from "@beyond24/autograd";
import type { Device, Tensor } from "@beyond24/device";
import type { FeedForwardSparsity } from "@beyond24/ffn";
import { modelPresets, planRouting, sparsityPlans } from "@beyond24/recipe";
import { decodeSafetensors } from "@beyond24/safetensors";
import { sampleTokens } from "@beyond24/generation";
import { type HostBatch, type SessionConfig, type TensorSource, TrainingSession } from "@beyond24/session";
import { drawTransformer } from "@beyond24/transformer";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";

const shape = {
  ...modelPresets.tiny,
  layers: 1,
  dModel: 16,
  dFfn: 64,
  heads: 2,
  kvHeads: 1,
  headDim: 8,
  sequenceLength: 8,
};
const routed: FeedForwardSparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 16 } };
const config: SessionConfig = {
  transformer: { shape, sparsity: routed },
  recipe: [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }, { phase: "dense", steps: 2 }],
  schedule: { peak: 1e-2, finalRatio: 0.1, warmupSteps: 1, totalSteps: 7 },
  seed: 3,
  batchSize: 4,
};

function batch(index: number): HostBatch {
  const inputs = Int32Array.from({ length: 32 }, (_, i) => (i * i + index) % 256);
  return { inputs, targets: inputs.map((token) => (token + 1) % 256) };
}

/** A session whose batches begin at `step`. */
function session(device: Device, step = 0, changes: Partial<SessionConfig> = {}): TrainingSession {
  let next = step;
  return new TrainingSession(device, { ...config, ...changes }, () => batch(next++));
}

const openCpu = () => createCpuDevice({ threads: 1, blas: "off" });

/** Takes a file of a snapshot and gives its tensors back. */
async function saved(pieces: AsyncIterable<Uint8Array>): Promise<TensorSource> {
  const bytes: number[] = [];
  for await (const piece of pieces) bytes.push(...piece);
  const { tensors } = decodeSafetensors(Uint8Array.from(bytes));
  return { read: (name) => Promise.resolve(tensors[name]?.data as Float32Array) };
}

async function losses(session: TrainingSession): Promise<number[]> {
  const measured = [];
  while (session.step < 7) measured.push(...await session.runSteps(7));
  return measured.map(({ loss }) => loss);
}

/** What sparse steps draw must come back at a resume: two micro-batches a step draw differently. */
const beyond: Partial<SessionConfig> = {
  transformer: { shape, sparsity: { plan: sparsityPlans.beyond, ...planRouting("beyond", { v: 4, n: 2, m: 16 }) } },
  microBatches: 2,
};

/** The same in a model whose first layer stays dense in sparse steps. */
const denseFirst: Partial<SessionConfig> = {
  ...beyond,
  transformer: { shape: { ...shape, layers: 2 }, denseLayers: 1, sparsity: beyond.transformer?.sparsity ?? routed },
};

/** Four sparse steps that move no weight. */
const standstill: Partial<SessionConfig> = {
  recipe: [{ phase: "sparse", steps: 4 }],
  schedule: { peak: 0, finalRatio: 0, warmupSteps: 0, totalSteps: 4 },
};

for (const [name, changes] of Object.entries({ paper: {}, beyond, "beyond, its first layer dense": denseFirst })) {
  Deno.test(`TrainingSession goes on from any snapshot to the same bits, and leaves nothing: ${name}`, async () => {
    await goesOn(changes);
  });
}

Deno.test("TrainingSession draws the same weights later, and has none before", async () => {
  const device = await openCpu();
  const frozen: SessionConfig = {
    ...config,
    transformer: { shape, sparsity: { ...routed, softThresholdScale: "frozen" } },
  };
  const [now, later] = (["drawn", "zero"] as const).map((weights) =>
    new TrainingSession(device, frozen, () => batch(0), { key: weights, weights })
  );
  assert(now && later);
  const head = async ({ model }: TrainingSession) => await device.read(model.head.value);
  assertEquals(new Set(await head(later)), new Set([0]));
  drawTransformer(later.model, config.seed);
  assertEquals(await head(later), await head(now));
  assertEquals(await losses(later), await losses(now));
  for (const one of [now, later]) one.dispose();
  device.dispose();
});

async function goesOn(changes: Partial<SessionConfig>): Promise<void> {
  const { microBatches = 1 } = changes;
  const device = await openCpu();
  const whole = session(device, 0, changes);
  const expected = await losses(whole);
  whole.dispose();
  for (let stop = 1; stop < 7; stop++) {
    const first = session(device, 0, changes);
    while (first.step < stop) await first.runSteps(stop);
    const { model, optimizer, ...state } = first.snapshot();
    const files = { model: await saved(model), optimizer: await saved(optimizer) };
    first.dispose();
    const second = session(device, stop * microBatches, changes);
    await second.restore({ ...state, ...files });
    assertEquals(await losses(second), expected.slice(stop), `after step ${stop}`);
    second.dispose();
  }
  assertEquals(device.liveBytes, 0);
  device.dispose();
}

Deno.test("TrainingSession draws anew at every step of plan beyond, in two runs the same", async () => {
  const device = await openCpu();
  // The same batch and weights at every step: nothing but what is drawn can change a gradient.
  const norms = async (changes: Partial<SessionConfig>) => {
    const still = new TrainingSession(device, { ...config, ...changes, ...standstill }, () => batch(0));
    const measured = [];
    while (still.step < 4) measured.push(...await still.runSteps(4));
    still.dispose();
    return measured.map(({ grad_norm }) => grad_norm);
  };
  const drawn = await norms(beyond);
  assertEquals(new Set(drawn).size, 4);
  assertEquals(await norms(beyond), drawn);
  assertEquals(new Set(await norms({})).size, 1);
  device.dispose();
});

Deno.test("TrainingSession validates in the memory of its steps and learns the same", async () => {
  const device = await openCpu();
  const undisturbed = session(device);
  const expected = await losses(undisturbed);
  undisturbed.dispose();
  const looking = session(device);
  const found: number[] = [];
  while (looking.step < 7) {
    found.push(...(await looking.runSteps(7)).map(({ loss }) => loss));
    const before = device.liveBytes;
    const loss = await looking.evaluate([batch(50), batch(51)]);
    assert(loss > 0 && loss < 10 && device.liveBytes <= before);
  }
  assertEquals(found, expected);
  looking.dispose();
  device.dispose();
});

Deno.test("TrainingSession scales the output weights at the switch to dense steps when it is told to", async () => {
  const device = await openCpu();
  // Without learning nothing but the switch changes a weight: a quarter at each of two switches.
  const changes: Partial<SessionConfig> = {
    schedule: { peak: 0, finalRatio: 0, warmupSteps: 0, totalSteps: 7 },
    recipe: ["dense", "sparse", "dense", "sparse", "dense"].map((phase) => ({ phase: phase as "dense", steps: 1 })),
  };
  const norms = async (switchScale: "none" | "experts") => {
    const scaling = session(device, 0, { ...changes, switchScale });
    const found = [];
    for (let step = 0; step < 5; step++) {
      const [measured] = await scaling.runSteps(step + 1);
      const weights = await device.read(scaling.model.layers[0]?.feedForward.wOut.weight ?? scaling.model.head.weight);
      found.push({ loss: measured?.loss, norm: Math.hypot(...weights) });
    }
    scaling.dispose();
    return found;
  };
  const [plain, scaled] = [await norms("none"), await norms("experts")];
  const first = plain[0]?.norm ?? NaN;
  for (const { norm } of plain) assertAlmostEquals(norm, first, 1e-6);
  for (const [step, factor] of [1, 1, 1 / 4, 1 / 4, 1 / 16].entries()) {
    assertAlmostEquals(scaled[step]?.norm ?? NaN, first * factor, 1e-6);
  }
  assert(scaled[2]?.loss !== plain[2]?.loss);
  device.dispose();
});

Deno.test("TrainingSession scales no output weights of layers that stayed dense", async () => {
  const device = await openCpu();
  const schedule = { peak: 0, finalRatio: 0, warmupSteps: 0, totalSteps: 7 };
  const scaling = session(device, 0, { ...denseFirst, microBatches: 1, schedule, switchScale: "experts" });
  const norms = () =>
    Promise.all(
      scaling.model.layers.map(async ({ feedForward: { wOut } }) => Math.hypot(...await device.read(wOut.weight))),
    );
  const before = await norms();
  await losses(scaling);
  const factors = (await norms()).map((norm, layer) => norm / (before[layer] ?? NaN));
  assertEquals(factors[0], 1);
  assertAlmostEquals(factors[1] ?? NaN, 1 / 4, 1e-6);
  scaling.dispose();
  device.dispose();
});

Deno.test("TrainingSession reads several steps at once, up to the end of a phase", async () => {
  const device = await openCpu();
  const each = session(device);
  const expected = await losses(each);
  const many = session(device, 0, { readEvery: 3 });
  const reads = [];
  while (many.step < 7) reads.push(await many.runSteps(6 + Number(many.step === 6)));
  assertEquals(reads.map((rows) => rows.map(({ phase }) => phase[0]).join("")), ["dd", "s", "ss", "d", "d"]);
  assertEquals(reads.flat().map(({ loss }) => loss), expected);
  const counts = reads[1]?.[0]?.expertCounts ?? [];
  assertEquals(counts.map((layer) => layer.reduce((sum, count) => sum + count, 0)), [32]);
  device.dispose();
});

Deno.test("TrainingSession refuses tensors that do not fit", async () => {
  const device = await openCpu();
  const { model, optimizer, ...state } = session(device).snapshot();
  const files = { model: await saved(model), optimizer: await saved(optimizer) };
  const wider = session(device, 0, {
    transformer: { shape: { ...shape, dFfn: 128 } },
    recipe: [{ phase: "dense", steps: 7 }],
  });
  await assertRejects(() => wider.restore({ ...state, ...files }), TypeError);
  device.dispose();
});

for (const clusters of ["weights", "activations"] as const) {
  Deno.test(`TrainingSession computes the same whatever is read, validated, stopped: reclustering, ${clusters}`, async () => {
    await reclusters(clusters);
  });
}

async function reclusters(clusters: "weights" | "activations"): Promise<void> {
  const device = await openCpu();
  const transformer = { shape, sparsity: { ...routed, clusters } };
  const recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 12 }, { phase: "dense", steps: 1 }] as const;
  const changes: Partial<SessionConfig> = { transformer, recipe, clustering: { every: 3 } };
  const train = async (readEvery: number, end: (step: number) => number, evaluates: boolean) => {
    const run = session(device, 0, { ...changes, readEvery });
    const found: number[] = [];
    while (run.step < 15) {
      found.push(...(await run.runSteps(end(run.step))).map(({ loss, grad_norm }) => loss + grad_norm));
      if (evaluates) await run.evaluate([batch(50)]);
    }
    run.dispose();
    return found;
  };
  const expected = await train(1, () => 15, false);
  assertEquals(await train(4, () => 15, false), expected, "read every four steps");
  assertEquals(await train(64, () => 15, true), expected, "read every 64 steps, validated wherever steps stop");
  assertEquals(await train(5, (step) => step + 2, true), expected, "two steps at most");
  const once = session(device, 0, { transformer, recipe });
  const without: number[] = [];
  while (once.step < 15) {
    without.push(...(await once.runSteps(15)).map(({ loss, grad_norm }) => loss + grad_norm));
  }
  assert(String(without) !== String(expected), "clustering again must matter for this test to mean something");
  device.dispose();
}

Deno.test("TrainingSession clusters by activations on the batch that the first sparse step trains on", async () => {
  const device = await openCpu();
  const run = async (clusters: "weights" | "activations", other: number) => {
    const transformer = { shape, sparsity: { ...routed, clusters } };
    const drawn: number[] = [];
    const batches = () => {
      const index = drawn.length;
      drawn.push(index);
      return batch(index === other ? 40 : index); // other tokens in one of the steps
    };
    // No weight moves, so that nothing but the clusters can tell which tokens were seen.
    const changes = { transformer, schedule: { peak: 0, finalRatio: 0, warmupSteps: 0, totalSteps: 7 } };
    const still = new TrainingSession(device, { ...config, ...changes }, batches);
    const found = await losses(still);
    const neurons = await floatsOf(device, still.model.layers[0]?.feedForward.wIn.weight ?? still.model.head.weight);
    still.dispose();
    assertEquals(drawn.length, 7);
    return { found, neurons };
  };
  const seen = await run("activations", NaN);
  for (const [step, isSeen] of [[1, false], [2, true], [3, false]] as const) {
    const { neurons } = await run("activations", step);
    assertEquals(String(neurons) !== String(seen.neurons), isSeen, `step ${step + 1}`);
  }
  const weights = await run("weights", NaN);
  assertEquals(seen.found.slice(0, 2), weights.found.slice(0, 2));
  assert(String(seen.neurons) !== String(weights.neurons));
  device.dispose();
});

/** The batch with some targets that do not count. */
function masked(index: number, counts: (position: number) => boolean): HostBatch {
  const { inputs, targets } = batch(index);
  return { inputs, targets: targets.map((target, position) => counts(position) ? target : -1) };
}

for (const phase of ["dense", "sparse"] as const) {
  Deno.test(`TrainingSession: training and validation divide by the targets that count, ${phase}`, async () => {
    const device = await openCpu();
    // Two of 32 count in the first micro-batch, all but one in the second.
    const batches = [masked(1, (i) => i === 3 || i === 30), masked(2, (i) => i !== 7)];
    let next = 0;
    const changes = { recipe: [{ phase, steps: 7 }], microBatches: 2 };
    const looking = new TrainingSession(device, { ...config, ...changes }, () => batches[next++ % 2] ?? batch(0));
    await looking.runSteps(1);
    const expected = await looking.evaluate(batches);
    const [measured] = await looking.runSteps(2);
    assertAlmostEquals(measured?.loss ?? NaN, expected, 1e-5);
    looking.dispose();
    device.dispose();
  });
}

Deno.test("TrainingSession refuses batches in which no target counts, and evaluates what has some", async () => {
  const device = await openCpu();
  const nothing = masked(1, () => false);
  const lost = new TrainingSession(device, config, () => nothing);
  await assertRejects(() => lost.runSteps(1), RangeError, "none of the 32 targets counts");
  await assertRejects(() => lost.evaluate([nothing, nothing]), RangeError, "no target of the held-out batches counts");
  assertAlmostEquals(await lost.evaluate([nothing, batch(1)]), await lost.evaluate([batch(1)]), 1e-6);
  lost.dispose();
  assertEquals(device.liveBytes, 0);
  device.dispose();
});

Deno.test("TrainingSession names a token that the model does not know, and computes nothing", async () => {
  const device = await openCpu();
  const { inputs, targets } = batch(1);
  const strange = new TrainingSession(device, config, () => ({ inputs: inputs.with(5, 256), targets }));
  const before = await device.read(strange.model.embedding.weight);
  await assertRejects(() => strange.runSteps(1), RangeError, "current value is 256, token 5 of 32");
  const wrong = { inputs, targets: targets.with(6, -7) };
  await assertRejects(() => strange.evaluate([wrong]), RangeError, "current value is -7, target 6 of 32");
  assertEquals(await device.read(strange.model.embedding.weight), before);
  assertEquals(strange.step, 0);
  strange.dispose();
  device.dispose();
});

Deno.test("TrainingSession: a plan that selects along tokens takes any number, samples any length", async () => {
  const device = await openCpu();
  const transformer = {
    shape: { ...shape, sequenceLength: 13 },
    sparsity: { plan: sparsityPlans["activations-24"], venom: { v: 4, n: 2, m: 16 } } as const,
  };
  const inputs = Int32Array.from({ length: 39 }, (_, i) => (i * i) % 256);
  const host = { inputs, targets: inputs.map((token) => (token + 1) % 256) };
  const changes = { transformer, batchSize: 3, recipe: [{ phase: "sparse", steps: 7 }] as const };
  const ragged = new TrainingSession(device, { ...config, ...changes }, () => host);
  const found = await losses(ragged);
  assert((found.at(-1) ?? NaN) < (found[0] ?? NaN));
  assert(Number.isFinite(await ragged.evaluate([host])));
  const options = { count: 2, temperature: 0, topK: 0, random: Math.random, mode: "sparse" } as const;
  for (const length of [1, 5, 12]) {
    const drawn = await Array.fromAsync(sampleTokens(ragged.model, inputs.slice(0, length), options));
    assertEquals(drawn.length, 2);
  }
  ragged.dispose();
  assertEquals(device.liveBytes, 0);
  device.dispose();
});

for (const phase of ["dense", "sparse"] as const) {
  Deno.test(`TrainingSession: activations whose squares overflow show in loss and gradient, ${phase}`, async () => {
    const device = await openCpu();
    const lost = session(device, 0, { recipe: [{ phase, steps: 7 }] });
    await lost.runSteps(1);
    const { embedding } = lost.model;
    // Finite, and so are the sums of residual connections: only their squares are not.
    writeParameter(device, embedding, (await floatsOf(device, embedding.weight)).map((value) => value * 1e22));
    const [measured] = await lost.runSteps(2);
    assertEquals([measured?.loss, measured?.grad_norm], [NaN, NaN]);
    assertEquals(await lost.evaluate([batch(1)]), NaN);
    lost.dispose();
    device.dispose();
  });
}

async function floatsOf(device: Device, tensor: Tensor): Promise<Float32Array> {
  return Float32Array.from(await device.read(tensor));
}
