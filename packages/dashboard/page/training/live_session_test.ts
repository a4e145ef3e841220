import { assert, assertEquals, assertRejects } from "@std/assert";
import { createCpuDevice } from "@beyond24/cpu";
import { trainingPresets } from "@beyond24/recipe";
import type { StepMeasurement } from "@beyond24/session";
import { applyConfig, presetConfig, type StepMetrics } from "@beyond24/run";
import { trainRun } from "@beyond24/trainer";
import { isVnm } from "@beyond24/venom";
import { ActivationMatrix } from "../charts/activation_matrix.ts";
import { LiveSession } from "./live_session.ts";
import type { LiveSettings } from "./protocol.ts";

const text = Array.from({ length: 900 }, (_, index) => `${index} times ${index} is ${index * index}.`).join("\n");
/** One dense step, fifteen sparse ones, sixteen dense ones. */
const settings: LiveSettings = { preset: "sparse-16", steps: 32, seed: 1, device: "cpu", vocabulary: 256, text };
const { model, batchSize } = trainingPresets.tiny;
const neurons = model.dFfn;
const tokens = batchSize * model.sequenceLength;
const openCpu = () => createCpuDevice({ threads: 1, blas: "off" });

async function trainAll(
  session: LiveSession,
  afterStep: () => Promise<void> = async () => {},
): Promise<StepMeasurement[]> {
  const steps: StepMeasurement[] = [];
  while (!session.isDone) {
    steps.push(...await session.runSteps(1));
    await afterStep();
  }
  return steps;
}

Deno.test("LiveSession learns as the trainer does, undisturbed by looks, samples and validations", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/text.txt`, text);
  const config = applyConfig(presetConfig("tiny"), {
    "data.paths": [`${folder}/text.txt`],
    "data.validationFraction": 0.1,
    "train.steps": settings.steps,
    "sparsity.v": 64,
  }, "test");
  const device = await openCpu();
  const expected: StepMetrics[] = [];
  const observer = { onSteps: (rows: readonly StepMetrics[]) => expected.push(...rows) };
  await trainRun(config, { folder: `${folder}/run`, device, observer });

  const session = await LiveSession.create(device, settings);
  const steps = await trainAll(session, async () => {
    await session.picture(0);
    await session.validate();
    if (session.step % 8 === 0) await session.sample();
  });
  assertEquals(steps.map(({ phase, loss, lr }) => ({ phase, loss, lr })), [
    ...expected.map(({ phase, loss, lr }) => ({ phase, loss, lr })),
  ]);
  device.dispose();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("LiveSession shows real V:N:M activations, counts every token once and gives all memory back", async () => {
  const device = await openCpu();
  const before = device.liveBytes;
  const session = await LiveSession.create(device, settings);
  const dense = await session.picture(0);
  assertEquals([dense.phase, dense.experts, dense.columns, dense.tokens.length], ["dense", 1, neurons, 256]);
  assert(dense.values.some((value) => value > 0) && dense.values.every((value) => value >= 0));

  const steps = [...await session.runSteps(1), ...await session.runSteps(3)];
  assertEquals(steps.map(({ phase }) => phase), ["dense", "sparse", "sparse", "sparse"]);

  for (const { expertCounts } of steps.slice(1)) {
    assertEquals(expertCounts.length, model.layers);
    for (const layer of expertCounts) assertEquals(layer.reduce((sum, count) => sum + count, 0), tokens);
  }

  const picture = await session.picture(0);
  const rows = picture.values.length / picture.columns;
  assertEquals([picture.phase, picture.experts, picture.columns, rows % 64], ["sparse", 4, neurons / 4, 0]);
  const matrix = new ActivationMatrix(picture, 16);
  assertEquals(matrix.rows.length, tokens);
  const mask = new Float32Array(rows * neurons);
  for (const row of matrix.rows) for (const { column } of matrix.cells(row)) mask[row.row * neurons + column] = 1;
  assert(mask.some((bit) => bit === 1));
  assert(isVnm(mask, { rows, cols: neurons, v: 64, n: 2, m: 16 }));

  session.dispose();
  assertEquals(device.liveBytes, before);
  device.dispose();
});

Deno.test("LiveSession writes the same text from the same seed", async () => {
  const device = await openCpu();
  const samples = [];
  for (let run = 0; run < 2; run++) {
    const session = await LiveSession.create(device, settings);
    await session.runSteps(1);
    samples.push(await session.sample());
    session.dispose();
  }
  const [first, second] = samples;
  assertEquals(first?.prompt, "0 times");
  assert((first?.text.length ?? 0) > 0);
  // A slow machine stops a sample early.
  const length = Math.min(first?.text.length ?? 0, second?.text.length ?? 0);
  assertEquals(first?.text.slice(0, length), second?.text.slice(0, length));
  device.dispose();
});

Deno.test("LiveSession has a dense twin without experts", async () => {
  const device = await openCpu();
  const session = await LiveSession.create(device, { ...settings, preset: "dense" });
  const [step] = await session.runSteps(1);
  assertEquals([step?.phase, step?.expertCounts, step?.expert_load_mean, step?.flip_rate], [
    "dense",
    [],
    null,
    null,
  ]);
  assertEquals((await session.picture(0)).experts, 1);
  device.dispose();
});

Deno.test("LiveSession learns a vocabulary from the text, and says its losses in bits per byte too", async () => {
  const device = await openCpu();
  const bits = [];
  for (const vocabulary of [256, 512] as const) {
    const session = await LiveSession.create(device, { ...settings, vocabulary });
    const [step] = await session.runSteps(1);
    const { val_loss, val_bits_per_byte } = await session.validate();
    assert(
      Math.abs((step?.loss ?? 0) - Math.log(vocabulary)) < 0.5,
      "an untrained model takes all tokens for equally likely",
    );
    bits.push((val_bits_per_byte ?? 0) * Math.log(2) / val_loss);
    const { prompt, text: written } = await session.sample();
    assertEquals([prompt, written.length > 0], ["0 times", true]);
    session.dispose();
  }
  const [ofBytes = 0, ofTokens = 0] = bits;
  assertEquals(ofBytes, 1);
  assert(ofTokens < 0.6, "more than a byte in a token");
  const short = LiveSession.create(device, { ...settings, vocabulary: 1024, text: "a".repeat(9000) });
  await assertRejects(() => short, Error, "Use more text or a smaller vocabulary");
  device.dispose();
});
