import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { CheckpointError } from "@beyond24/checkpoint";
import { createReferenceDevice } from "@beyond24/cpu";
import { lockRunFolder, readMetrics, type StepMetrics, UsageError } from "@beyond24/run";
import { join } from "@std/path";
import { checkpointDigest, microConfig, microRun, withFolder } from "../_testing.ts";
import { NonFiniteError } from "../non_finite_error.ts";
import { trainRun } from "./train_run.ts";

const untimed = (rows: readonly StepMetrics[]) => rows.map(({ step_ms: _, tokens_per_second: __, ...row }) => row);

Deno.test("trainRun leaves everything about a run in its folder", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder);
    const run = join(folder, "run");
    const summary = await microRun(config, { folder: run });
    const rows = await readMetrics(join(run, "metrics.jsonl"));

    assertEquals(JSON.parse(await Deno.readTextFile(join(run, "config.json"))), JSON.parse(JSON.stringify(config)));
    assertEquals(JSON.parse(await Deno.readTextFile(join(run, "summary.json"))), JSON.parse(JSON.stringify(summary)));
    assertEquals([...Deno.readDirSync(join(run, "checkpoints"))].map(({ name }) => name).sort(), [
      "step-00000008",
      "step-00000012",
    ]);
    assertEquals(rows.map(({ step }) => step), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assertEquals(rows.map(({ phase }) => phase[0]).join(""), "dddsssssdddd");
    assertEquals(summary.phases.map(({ phase, steps }) => [phase, steps]), [["dense", 3], ["sparse", 5], ["dense", 4]]);
    assertEquals(summary.steps, 12);
    assertEquals(summary.tokens, 12 * 2 * 16);
    assertEquals(summary.status, "finished");
    assertEquals(summary.val_loss, rows.at(-1)?.val_loss ?? NaN);
    assertAlmostEquals(summary.train_loss ?? NaN, rows.reduce((sum, { loss }) => sum + loss, 0) / 12, 1e-9);
    assert((rows.at(-1)?.loss ?? NaN) < (rows[0]?.loss ?? NaN), "the loss falls");
  }));

Deno.test("trainRun measures what each kind of step has", () =>
  withFolder(async (folder) => {
    await microRun(microConfig(folder), { folder: join(folder, "run") });
    const rows = await readMetrics(join(folder, "run", "metrics.jsonl"));
    for (const row of rows) {
      assert(row.loss > 0 && row.grad_norm > 0 && row.lr > 0 && row.step_ms > 0 && row.tokens_per_second > 0);
      assert(row.activation_sparsity !== null && row.activation_sparsity > 0 && row.activation_sparsity < 1);
      assertEquals(row.val_loss !== null, row.step % 4 === 0);
      const { expert_load_min: least, expert_load_mean: mean, expert_load_max: most } = row;
      if (row.phase === "dense") assertEquals([least, mean, most, row.flip_rate], [null, null, null, null]);
      else assert(least !== null && most !== null && least <= 8 && mean === 8 && most >= 8);
    }
    const sparse = rows.filter(({ phase }) => phase === "sparse");
    assert(sparse.every(({ flip_rate }) => flip_rate !== null));
    assert(sparse.every(({ activation_sparsity }) => (activation_sparsity ?? 0) >= 0.875));
  }));

Deno.test("trainRun gives the same bytes twice and other bytes for another seed", () =>
  withFolder(async (folder) => {
    const model = async (name: string, seed: number) => {
      await microRun(microConfig(folder, { "train.seed": seed }), { folder: join(folder, name) });
      return checkpointDigest(join(folder, name), 12, "model.safetensors");
    };
    const first = await model("a", 1);
    assertEquals(await model("b", 1), first);
    assert(await model("c", 2) !== first);
  }));

for (const stop of [1, 3, 5, 8, 11]) {
  Deno.test(`trainRun stopped after step ${stop} and at the next checkpoint resumes to the same bytes`, () =>
    withFolder(async (folder) => {
      const config = microConfig(folder, { "train.baseline": stop === 5 });
      const whole = join(folder, "whole");
      const parts = join(folder, "parts");
      await microRun(config, { folder: whole });
      await stoppedRun(config, parts, stop, false);
      await stoppedRun(config, parts, stop + 2, true);
      const summary = await microRun(config, { folder: parts, resume: true });
      assertEquals(summary.status, "finished");
      for (const name of ["model.safetensors", "optimizer.safetensors"]) {
        assertEquals(checkpointDigest(parts, 12, name), checkpointDigest(whole, 12, name));
      }
      const metrics = (run: string) => readMetrics(join(run, "metrics.jsonl"));
      assertEquals(untimed(await metrics(parts)), untimed(await metrics(whole)));
    }));
}

/** Runs until `stop` steps are done, as a signal would. */
async function stoppedRun(config: ReturnType<typeof microConfig>, folder: string, stop: number, resume: boolean) {
  const controller = new AbortController();
  const observer = {
    onSteps: (rows: readonly StepMetrics[]) => {
      if ((rows.at(-1)?.step ?? 0) >= stop) controller.abort();
    },
  };
  const summary = await microRun(config, { folder, resume, signal: controller.signal, observer });
  assertEquals(summary.status, stop >= 12 ? "finished" : "interrupted");
}

Deno.test("trainRun goes on from the newest whole checkpoint and says which one is not", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder);
    const run = join(folder, "run");
    await microRun(config, { folder: run });
    const before = checkpointDigest(run, 12, "model.safetensors");
    await Deno.truncate(join(run, "checkpoints", "step-00000012", "optimizer.safetensors"), 100);
    const warnings: string[] = [];
    await microRun(config, { folder: run, resume: true, observer: { onWarning: (text) => warnings.push(text) } });
    assertEquals(warnings.length, 1);
    assert(warnings[0]?.includes("step-00000012/optimizer.safetensors"), warnings[0]);
    assertEquals(checkpointDigest(run, 12, "model.safetensors"), before);
    assertEquals((await readMetrics(join(run, "metrics.jsonl"))).length, 12);
  }));

Deno.test("trainRun does not resume what it cannot resume exactly", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder);
    const run = join(folder, "run");
    await microRun(config, { folder: run });
    const resume = (changed: typeof config) => () => microRun(changed, { folder: run, resume: true });
    await assertRejects(
      resume({ ...config, train: { ...config.train, seed: 9 } }),
      UsageError,
      "keeps its train.seed, which was 1",
    );
    await Deno.writeTextFile(join(folder, "text.txt"), "other words ".repeat(400));
    await assertRejects(resume(config), CheckpointError, "the data is not what the run began with");
    for (const name of ["step-00000008", "step-00000012"]) {
      await Deno.writeTextFile(join(run, "checkpoints", name, "state.json"), "{}");
    }
    await assertRejects(resume(config), CheckpointError, "none of 2 is whole");
  }));

Deno.test("trainRun refuses a folder with a run unless told to overwrite it", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder, { "train.steps": 2 });
    const run = join(folder, "run");
    await Deno.mkdir(run);
    await Deno.writeTextFile(join(run, "notes.txt"), "mine");
    await microRun(config, { folder: run });
    await assertRejects(() => microRun(config, { folder: run }), UsageError, "already holds a run");
    await microRun(config, { folder: run, overwrite: true });
    assertEquals(await Deno.readTextFile(join(run, "notes.txt")), "mine");
  }));

Deno.test("trainRun trains the dense twin from the same weights on the same batches", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    const summary = await microRun(microConfig(folder, { "train.baseline": true }), { folder: run });
    const [rows, twin] = [
      await readMetrics(join(run, "metrics.jsonl")),
      await readMetrics(join(run, "baseline.jsonl")),
    ];
    // The warm-up is dense in both: the same losses to the last bit, and not after it.
    assertEquals(rows.slice(0, 3).map(({ loss }) => loss), twin.slice(0, 3).map(({ loss }) => loss));
    assert(rows[3]?.loss !== twin[3]?.loss);
    assertEquals(twin.map(({ phase }) => phase), new Array(12).fill("dense"));
    const { baseline } = summary;
    assertEquals(baseline?.phases.map(({ phase, steps }) => [phase, steps]), [["dense", 3], ["dense", 5], [
      "dense",
      4,
    ]]);
    assertAlmostEquals(baseline?.relative_val_loss ?? NaN, (summary.val_loss ?? NaN) / (baseline?.val_loss ?? NaN) - 1);

    const dense = join(folder, "dense");
    await microRun(microConfig(folder, { recipe: [{ phase: "dense", steps: 12 }] }), { folder: dense });
    assertEquals(
      checkpointDigest(join(run, "baseline"), 12, "model.safetensors"),
      checkpointDigest(dense, 12, "model.safetensors"),
    );
  }));

Deno.test("trainRun stops at a loss that is not finite and names the step", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    const config = microConfig(folder, { "optimizer.learningRate": 1e6, "train.checkpointEvery": 100 });
    const { step, message } = await assertRejects(() => microRun(config, { folder: run }), NonFiniteError);
    assert(message.includes(`after step ${step} as its `) && message.includes("none, as none was due"), message);
    assertEquals((await readMetrics(join(run, "metrics.jsonl"))).length, step - 1);
  }));

Deno.test("trainRun reads measurements of many steps at once and counts micro-batches", () =>
  withFolder(async (folder) => {
    const values = { "train.readEvery": 5, "train.microBatches": 2, "train.batchSize": 1 };
    await microRun(microConfig(folder, values), { folder: join(folder, "many") });
    await microRun(microConfig(folder, { ...values, "train.readEvery": 1 }), { folder: join(folder, "each") });
    const metrics = async (name: string) => untimed(await readMetrics(join(folder, name, "metrics.jsonl")));
    assertEquals(await metrics("many"), await metrics("each"));
  }));

Deno.test("trainRun clusters again when it is told to, and resumes in between", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder, { "sparsity.reclusterEvery": 2 });
    await microRun(config, { folder: join(folder, "whole") });
    await stoppedRun(config, join(folder, "parts"), 5, false);
    await microRun(config, { folder: join(folder, "parts"), resume: true });
    const model = (name: string) => checkpointDigest(join(folder, name), 12, "model.safetensors");
    assertEquals(model("parts"), model("whole"));
  }));

Deno.test("trainRun neither begins nor resumes a run in a folder that another one trains into", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    const config = microConfig(folder);
    await microRun(config, { folder: run });
    const before = await Deno.readTextFile(join(run, "metrics.jsonl"));
    using _lock = await lockRunFolder(run);
    for (const how of [{ overwrite: true }, { resume: true }, {}]) {
      await assertRejects(
        () => microRun(config, { folder: run, ...how }),
        UsageError,
        `process ${Deno.pid} trains into it`,
      );
    }
    assertEquals(await Deno.readTextFile(join(run, "metrics.jsonl")), before);
  }));

const cadences = {
  "validated each step": { "train.evaluateEvery": 1, "train.checkpointEvery": 100 },
  "saved each step": { "train.evaluateEvery": 0, "train.checkpointEvery": 1, "train.keepCheckpoints": 1 },
  "seldom validated and saved": { "train.evaluateEvery": 0, "train.checkpointEvery": 100 },
};

for (const [what, values] of Object.entries(cadences)) {
  Deno.test(`trainRun neither saves nor reports a model that its first update destroys: ${what}`, () =>
    withFolder(async (folder) => {
      const run = join(folder, "run");
      const config = microConfig(folder, {
        ...values,
        recipe: [{ phase: "dense", steps: 2 }],
        "optimizer.learningRate": 1e6,
        "optimizer.weightDecay": 1000,
        "optimizer.warmupSteps": 0,
      });
      await assertRejects(() => microRun(config, { folder: run }), NonFiniteError, "Cannot go on after step");
      assertEquals([...Deno.readDirSync(run)].map(({ name }) => name).filter((name) => !name.startsWith(".")).sort(), [
        "config.json",
        "history.jsonl",
        "metrics.jsonl",
      ]);
    }));

  Deno.test(`trainRun keeps the good checkpoint when the last update destroys the model: ${what}`, () =>
    withFolder(async (folder) => {
      const run = join(folder, "run");
      const config = microConfig(folder, { ...values, recipe: [{ phase: "dense", steps: 5 }] });
      const { checkpointEvery } = config.train;
      const device = createReferenceDevice();
      const { adamW } = device.kernels;
      const perStep = 11; // parameters
      let calls = 0;
      device.kernels.adamW = (args) => {
        adamW.call(device.kernels, args);
        if (++calls === 5 * perStep) device.kernels.fill({ out: args.weight, value: NaN });
      };
      const error = await assertRejects(() => trainRun(config, { folder: run, device }), NonFiniteError);
      assertEquals([error.step, calls], [5, 5 * perStep]);
      assert(
        / (validation loss|norm of the weights after the update) must be finite/.test(error.message),
        error.message,
      );
      const names = checkpointEvery === 1 ? ["step-00000004"] : [];
      const found = [...Deno.readDirSync(run)].some(({ name }) => name === "checkpoints")
        ? [...Deno.readDirSync(join(run, "checkpoints"))].map(({ name }) => name)
        : [];
      assertEquals(found, names);
      assertEquals((await readMetrics(join(run, "metrics.jsonl"))).map(({ step }) => step), [1, 2, 3, 4, 5]);
      assertEquals(device.liveBytes, 0);
    }));
}

Deno.test("trainRun writes the steps in front of the one that is not finite, however many are read at once", () =>
  withFolder(async (folder) => {
    const steps = async (readEvery: number) => {
      const run = join(folder, `run-${readEvery}`);
      const config = microConfig(folder, { "optimizer.learningRate": 1e6, "train.readEvery": readEvery });
      const { step } = await assertRejects(() => microRun(config, { folder: run }), NonFiniteError);
      return [step, (await readMetrics(join(run, "metrics.jsonl"))).length];
    };
    const [step = NaN, written] = await steps(1);
    assertEquals(written, step - 1);
    assertEquals(await steps(3), [step, written]);
  }));
