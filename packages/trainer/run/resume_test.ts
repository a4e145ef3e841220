import { applyConfig, configField, configFields, type ConfigValues, flattenConfig } from "@beyond24/run";
import { readMetrics, type RunConfig, UsageError } from "@beyond24/run";
import { createReferenceDevice } from "@beyond24/cpu";
import { CheckpointError } from "@beyond24/checkpoint";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { checkpointDigest, microConfig, microRun, stoppedRun, withFolder } from "../_testing.ts";
import { NonFiniteError } from "../non_finite_error.ts";
import type { RunHeader } from "./run_observer.ts";
import { trainRun, type TrainRunOptions } from "./train_run.ts";

const read = async (path: string) => JSON.parse(await Deno.readTextFile(path));
const model = (run: string, step = 12) => checkpointDigest(run, step, "model.safetensors");
const optimizer = (run: string, step = 12) => checkpointDigest(run, step, "optimizer.safetensors");
const checkpoints = (run: string) => [...Deno.readDirSync(join(run, "checkpoints"))].map(({ name }) => name).sort();
const losses = async (run: string) => (await readMetrics(join(run, "metrics.jsonl"))).map(({ loss }) => loss);
const change = (config: RunConfig, values: ConfigValues) => applyConfig(config, values, "a test");

/** Resumes and tells what was said before the first step. */
async function resume(
  config: RunConfig,
  folder: string,
  options: Partial<TrainRunOptions> = {},
): Promise<{ notes: readonly string[]; summary: Awaited<ReturnType<typeof microRun>> }> {
  let notes: readonly string[] = [];
  const observer = { onHeader: (header: RunHeader) => notes = header.notes };
  const summary = await microRun(config, { folder, resume: true, observer, ...options });
  return { notes, summary };
}

Deno.test("a run whose loss was not finite goes on at a lower rate, from an older checkpoint too, and says so", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    const good = microConfig(folder, { "train.checkpointEvery": 2, "train.keepCheckpoints": 4 });
    await stoppedRun(good, run, 6);
    const wild = change(good, { "optimizer.learningRate": 1e6 });
    await assertRejects(() => resume(wild, run), NonFiniteError, "step-00000006");
    const calm = change(good, { "optimizer.learningRate": 1e-4 });
    const { notes, summary } = await resume(calm, run, { resumeAt: 4 });
    assertEquals(notes[0], "went back to step 4: checkpoints and metrics behind it were removed");
    assert(
      notes.some((note) => note.startsWith("optimizer.learningRate is 0.0001 from step 5 on, before ")),
      `${notes}`,
    );
    assert(notes.some((note) => note.includes("the learning rate of step 5 is ")), `${notes}`);
    assertEquals(summary.status, "finished");
    const before = good.optimizer.learningRate;
    const expected = [{ step: 4, key: "optimizer.learningRate", before, after: 1e-4 }];
    assertEquals(summary.changes, expected);
    assertEquals((await read(join(run, "config.json"))).optimizer.learningRate, 1e-4);
    assertEquals((await read(join(run, "checkpoints", "step-00000012", "state.json"))).state.changes, expected);
    assertEquals(checkpoints(run).at(-1), "step-00000012");
    assertEquals((await resume(calm, run)).summary.changes, expected, "and after another resume");
    assertEquals((await losses(run)).length, 12);
  }));

Deno.test("a run that is stopped at the clustering of activations, or beside it, goes on as if it had not been", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder, { "sparsity.clusters": "activations", "train.microBatches": 2 });
    const [whole, byWeights] = [join(folder, "whole"), join(folder, "weights")];
    await microRun(config, { folder: whole });
    for (const stop of [2, 3, 4]) {
      const run = join(folder, `stopped at ${stop}`);
      await stoppedRun(config, run, stop);
      await resume(config, run);
      assertEquals(await losses(run), await losses(whole), `${stop}`);
      assertEquals([model(run), optimizer(run)], [model(whole), optimizer(whole)], `${stop}`);
    }
    await microRun(change(config, { "sparsity.clusters": "weights" }), { folder: byWeights });
    assertEquals((await losses(byWeights)).slice(0, 3), (await losses(whole)).slice(0, 3));
    assert(model(byWeights) !== model(whole), "the clusters must matter for this test to mean something");
    await assertRejects(
      () => resume(change(config, { "sparsity.clusters": "weights" }), whole),
      UsageError,
      "a run keeps its sparsity.clusters",
    );
  }));

Deno.test("a run that goes back forgets what lay behind, and goes on as if it had never been", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder, { "train.keepCheckpoints": 9, "train.baseline": true });
    const [whole, back] = [join(folder, "whole"), join(folder, "back")];
    for (const run of [whole, back]) await microRun(config, { folder: run });
    const { notes } = await resume(config, back, { resumeAt: 4 });
    assertEquals(notes, ["went back to step 4: checkpoints and metrics behind it were removed"]);
    assertEquals(model(back), model(whole));
    assertEquals(model(join(back, "baseline")), model(join(whole, "baseline")));
    await assertRejects(() => resume(config, back, { resumeAt: 5 }), CheckpointError, "there are 12, 8, 4");
    await assertRejects(() => resume(change(config, { "train.seed": 2 }), back, { resumeAt: 4 }), UsageError);
    await Deno.remove(join(back, "baseline", "checkpoints", "step-00000008"), { recursive: true });
    await assertRejects(() => resume(config, back, { resumeAt: 8 }), CheckpointError, "there are 12, 4");
    assertEquals(
      checkpoints(back).length,
      3,
      "a refused start removes nothing, not even when only the twin cannot go back",
    );
  }));

Deno.test("a run is extended: steps that are done stay, the last phase and the schedule become longer", () =>
  withFolder(async (folder) => {
    const short = microConfig(folder);
    const [run, parts] = [join(folder, "run"), join(folder, "parts")];
    await microRun(short, { folder: run });
    const done = await losses(run);
    const recipe = [{ phase: "dense", steps: 3 }, { phase: "sparse", steps: 5 }, { phase: "dense", steps: 10 }];
    const long = change(short, { recipe, "train.steps": 18 });
    const { notes, summary } = await resume(long, run);
    assertEquals(notes.slice(0, 2), [
      "recipe is 3 dense → 5 sparse → 10 dense from step 13 on, before 3 dense → 5 sparse → 4 dense",
      "train.steps is 18 from step 13 on, before 12",
    ]);
    assert(
      /the cosine decay ends at step 18: the learning rate of step 13 is .+ instead of .+/.test(notes[2] ?? ""),
      notes[2],
    );
    assertEquals([summary.steps, summary.phases.at(-1)?.steps], [18, 10]);
    assertEquals((await losses(run)).slice(0, 12), done);
    await microRun(short, { folder: parts });
    const controller = new AbortController();
    const onSteps = (rows: readonly { step: number }[]) =>
      void (rows.some(({ step }) => step === 15) && controller.abort());
    await microRun(long, { folder: parts, resume: true, signal: controller.signal, observer: { onSteps } });
    await microRun(long, { folder: parts, resume: true });
    assertEquals(model(parts, 18), model(run, 18));
    assertEquals(optimizer(parts, 18), optimizer(run, 18));
  }));

Deno.test("a run that is extended behind its decay says once that the learning rate jumps back, before it not at all", () =>
  withFolder(async (folder) => {
    const short = microConfig(folder, {
      "train.baseline": true,
      "train.keepCheckpoints": 9,
      "optimizer.decay": "linear",
      "optimizer.decayRatio": 0.25,
    });
    const [run, early] = [join(folder, "run"), join(folder, "early")];
    for (const place of [run, early]) await microRun(short, { folder: place });
    const recipe = [{ phase: "dense", steps: 3 }, { phase: "sparse", steps: 5 }, { phase: "dense", steps: 12 }];
    const long = change(short, { recipe, "train.steps": 20 });
    const rateNotes = async (...given: Parameters<typeof resume>) =>
      (await resume(...given)).notes.filter((note) => note.includes("learning rate"));
    assertEquals(await rateNotes(long, run), [
      "the learning rate of step 13 jumps back to 0.003, where it was to be 0.0003, and falls over the last 0.25 of 20 " +
      "steps; from a checkpoint of step 9 or before it would not jump",
    ]);
    assertEquals(await rateNotes(long, run), []);
    assertEquals(await rateNotes(long, early, { resumeAt: 8 }), []);
  }));

Deno.test("a run is not resumed with fewer steps than are done, nor with another past", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder);
    const run = join(folder, "run");
    await microRun(config, { folder: run });
    const cut = change(config, { recipe: [{ phase: "dense", steps: 3 }, { phase: "sparse", steps: 5 }] });
    await assertRejects(() => resume(cut, run), UsageError, "12 are done");
    const other = change(config, { recipe: [{ phase: "dense", steps: 5 }, { phase: "sparse", steps: 20 }] });
    await assertRejects(() => resume(other, run), UsageError, "it differs from step 4 on");
    assertEquals(
      await read(join(run, "config.json")),
      JSON.parse(JSON.stringify(config)),
      "a refused start changes nothing",
    );
    assertEquals(await resume(config, run).then(({ notes }) => notes), [
      "finished: all steps are done; a larger train.steps extends the run",
    ]);
  }));

Deno.test("a run that goes on on another device keeps its configuration and notes the device", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder, { "device.name": "cpu" });
    const run = join(folder, "run");
    await stoppedRun(config, run, 4);
    const before = await read(join(run, "config.json"));
    const device = Object.assign(createReferenceDevice(), { description: "an abacus" });
    const summary = await trainRun(config, { folder: run, device, resume: true });
    assertEquals(summary.changes, [
      { step: 4, key: "device", before: createReferenceDevice().description, after: "an abacus" },
    ]);
    assertEquals(await read(join(run, "config.json")), before);
  }));

Deno.test("a branch begins with the weights of a checkpoint, with no moments and no clusters, and needs no more", () =>
  withFolder(async (folder) => {
    const values = { "train.keepCheckpoints": 9, "sparsity.softThresholdScale": "frozen" };
    const [source, branch, again] = ["source", "branch", "again"].map((name) => join(folder, name));
    assert(source !== undefined && branch !== undefined && again !== undefined);
    await microRun(microConfig(folder, values), { folder: source });
    const initFrom = join(source, "checkpoints", "step-00000008");
    const config = microConfig(folder, { ...values, "train.initFrom": initFrom, "sparsity.plan": "w1-w2" });
    await stoppedRun(config, branch, 1);
    assertEquals(model(branch, 0), model(source, 8));
    const state = await read(join(branch, "checkpoints", "step-00000000", "state.json"));
    assertEquals(state.state.session.transformer.clustered, false);
    const [scale] = Object.values<number>(state.state.session.transformer.scales[0]);
    assert(scale !== undefined && scale > 1, `frozen from the weights that the branch begins with: ${scale}`);
    await microRun(config, { folder: again });
    await Deno.remove(source, { recursive: true });
    await resume(config, branch);
    assertEquals(model(branch), model(again));
    const wider = microConfig(folder, { "train.initFrom": again, "model.dFfn": 128 });
    await assertRejects(
      () => microRun(wider, { folder: join(folder, "wider") }),
      CheckpointError,
      "does not fit this model",
    );
  }));

/** Another value of a key than a configuration has. */
function otherValue(key: string, config: RunConfig, folder: string): unknown {
  const [field, value] = [configField(key, "a test"), flattenConfig(config, "a test")[key]];
  if (key === "data.paths") return [join(folder, "moved", "text.txt")];
  if (key === "evaluation.tasks") return ["piqa"];
  if (key === "evaluation.data") return join(folder, "moved");
  if (field.kind === "switch") return value !== true;
  if (field.kind === "choice") return field.choices.find((choice) => choice !== value);
  if (field.kind === "text") return `another ${value}`;
  assert(typeof value === "number", `${key} is new: say here which other value is tried`);
  return value + 1;
}

for (const [key, { resume }] of configFields) {
  // What scoring needs is in its own test, `checkpoint_evaluation_test.ts`.
  if (resume !== "free" || key === "evaluation.tasks") continue;
  Deno.test(`another ${key} changes no number, neither from the start nor for a run that goes on`, () =>
    withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "moved"));
      await Deno.copyFile(join(folder, "text.txt"), join(folder, "moved", "text.txt"));
      const row = { goal: "a", sol1: "whale", sol2: "ship", label: 0 };
      await Deno.mkdir(join(folder, "tasks"));
      await Deno.writeTextFile(join(folder, "tasks", "piqa.jsonl"), `${JSON.stringify(row)}\n`);
      const config = microConfig(folder, {
        "sparsity.reclusterEvery": 2,
        "train.microBatches": 2,
        "evaluation.data": join(folder, "tasks"),
      });
      const changed = change(config, { [key]: otherValue(key, config, folder) });
      const [plain, whole, parts] = ["plain", "whole", "parts"].map((name) => join(folder, name));
      assert(plain !== undefined && whole !== undefined && parts !== undefined);
      await microRun(config, { folder: plain });
      await microRun(changed, { folder: whole });
      await stoppedRun(config, parts, 6);
      const { changes } = await microRun(changed, { folder: parts, resume: true });
      assertEquals(changes, undefined);
      for (const run of [whole, parts]) {
        assertEquals(await losses(run), await losses(plain));
        assertEquals(model(run), model(plain));
        assertEquals(optimizer(run), optimizer(plain));
      }
    }));
}
