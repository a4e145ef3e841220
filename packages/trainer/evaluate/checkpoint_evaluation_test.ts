import { assert, assertEquals, assertRejects } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { OutOfMemoryError } from "@beyond24/device";
import { EvaluationError } from "@beyond24/evaluation";
import { readMetrics, readScores, type ScoreRow, UsageError } from "@beyond24/run";
import { join } from "@std/path";
import { checkpointFile, microConfig, microRun, withFolder } from "../_testing.ts";
import { trainRun } from "../run/train_run.ts";

const rows = Array.from({ length: 9 }, (_, index) => ({
  goal: "a",
  sol1: "whale",
  sol2: `ship ${index}`,
  label: index % 2,
}));

async function withTasks(
  run: (folder: string, values: Parameters<typeof microConfig>[1]) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const data = join(folder, "tasks");
    await Deno.mkdir(data);
    await Deno.writeTextFile(join(data, "piqa.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    await run(folder, {
      "model.sequenceLength": 64,
      "evaluation.tasks": ["piqa"],
      "evaluation.data": data,
      "evaluation.limit": 5,
    });
  });
}

Deno.test("the models of all checkpoints are scored, in the mode of their last step, no number of the run moves", () =>
  withTasks(async (folder, values) => {
    const [plain, scored] = [join(folder, "plain"), join(folder, "scored")];
    await microRun(microConfig(folder, { ...values, "evaluation.tasks": [], "train.baseline": true }), {
      folder: plain,
    });
    const heard: string[] = [];
    await microRun(microConfig(folder, { ...values, "train.baseline": true }), {
      folder: scored,
      observer: { onScores: (_, { step, role, mode }) => void heard.push(`${role} ${step} ${mode}`) },
    });
    assertEquals(heard.toSorted(), [
      "baseline 12 dense",
      "baseline 4 dense",
      "baseline 8 dense",
      "main 12 dense",
      "main 4 sparse",
      "main 8 sparse",
    ]);
    const kept = await readScores(join(scored, "scores.jsonl"));
    const said = ({ role, step, mode }: ScoreRow) => `${role} ${step} ${mode}`;
    assertEquals(kept.map(said).toSorted(), heard.toSorted());
    assert(kept.every(({ documents, all_documents }) => documents === 5 && all_documents === 9));
    for (const file of ["model.safetensors", "optimizer.safetensors"]) {
      assertEquals(checkpointFile(scored, 12, file), checkpointFile(plain, 12, file));
    }
    const losses = async (run: string) => (await readMetrics(join(run, "metrics.jsonl"))).map(({ loss }) => loss);
    assertEquals(await losses(scored), await losses(plain));
    const results = join(scored, "evaluation", "step-00000008-sparse-first-5", "results.json");
    assertEquals(Object.keys(JSON.parse(await Deno.readTextFile(results)).results), ["piqa"]);
  }));

Deno.test("a run that is stopped saves, and scores nothing any more", () =>
  withTasks(async (folder, values) => {
    const run = join(folder, "run");
    const stop = new AbortController();
    const observer = { onSteps: () => stop.abort() };
    const summary = await microRun(microConfig(folder, values), { folder: run, signal: stop.signal, observer });
    assertEquals(summary.status, "interrupted");
    assertEquals(await readScores(join(run, "scores.jsonl")), []);
    await microRun(microConfig(folder, values), { folder: run, resume: true });
    assertEquals((await readScores(join(run, "scores.jsonl"))).at(-1)?.step, 12);
  }));

Deno.test("scores of steps that a run goes back behind are made again", () =>
  withTasks(async (folder, values) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder, values), { folder: run });
    const steps = async () => (await readScores(join(run, "scores.jsonl"))).map(({ step }) => step);
    assertEquals(await steps(), [4, 8, 12]);
    await microRun(microConfig(folder, { ...values, "evaluation.tasks": [] }), {
      folder: run,
      resume: true,
      resumeAt: 8,
    });
    assertEquals(await steps(), [4, 8]);
  }));

Deno.test("what is wrong with tasks and data shows before the first step", () =>
  withTasks(async (folder, values) => {
    const start = (more: Parameters<typeof microConfig>[1]) =>
      microRun(microConfig(folder, { ...values, ...more }), { folder: join(folder, "run"), overwrite: true });
    await assertRejects(() => start({ "evaluation.tasks": ["mmlu"] }), UsageError, "it must be one of arc_easy");
    await assertRejects(() => start({ "evaluation.tasks": ["hellaswag"] }), EvaluationError, "Cannot find the data");
    await assertRejects(() => start({ "evaluation.data": join(folder, "none") }), EvaluationError, "does not exist");
  }));

Deno.test("a run goes on where there is no room for an evaluation", () =>
  withTasks(async (folder, values) => {
    const whole = createReferenceDevice();
    let arenas = 0;
    const arena = () => {
      // The first one is the session's.
      if (arenas++ === 0) return whole.arena();
      throw new OutOfMemoryError("there is no room");
    };
    const device = new Proxy(whole, {
      get(target, property) {
        if (property === "arena") return arena;
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const warnings: string[] = [];
    const observer = { onWarning: (message: string) => void warnings.push(message) };
    const config = microConfig(folder, { ...values, recipe: [{ phase: "dense", steps: 6 }] });
    const summary = await trainRun(config, { folder: join(folder, "run"), device, observer });
    assertEquals(summary.status, "finished");
    assertEquals(warnings, [4, 6].map((step) => `The model of step ${step} was not scored: there is no room`));
    assertEquals(whole.liveBytes, 0);
  }));
