import { saveCheckpoint } from "@beyond24/checkpoint";
import { DiskError, durableFileSystem } from "@beyond24/disk";
import { checkJson, parseJson } from "@beyond24/disk/json";
import { mutateJson } from "@beyond24/disk/testing";
import { seededRandom } from "@beyond24/session";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { runSummarySchema } from "./_schema.ts";
import { withFolder } from "./_testing.ts";
import { presetConfig } from "./config/preset_config.ts";
import { readRun } from "./read_run.ts";
import { decodeRunConfig, readRunConfig, writeRunConfig } from "./run_config_file.ts";
import { runFolder } from "./run_folder.ts";
import { appendRunStart, readRunHistory, type RunStart } from "./run_history.ts";
import type { RunSummary } from "./run_summary.ts";
import { decodeStepMetrics, encodeStepMetrics } from "./step_metrics.ts";
import { UsageError } from "./usage_error.ts";

const config = presetConfig("tiny");
const start: RunStart = {
  time: "2026-01-31T12:00:00.000Z",
  step: 0,
  command: "deno task train",
  revision: "0123456789abcdef0123456789abcdef01234567",
  versions: { beyond24: "0.1.0", deno: "2.9.6" },
  device: "reference",
};
const model = {
  train_loss: 2.5,
  val_loss: 2.75,
  val_bits_per_byte: 1.25,
  val_perplexity: 15.6,
  wall_seconds: 1.5,
  phases: [{ phase: "dense", steps: 3, mean_step_ms: 2, median_step_ms: 1.5 }],
  tokens: 96,
} as const;
const summary: RunSummary = {
  ...model,
  status: "interrupted",
  steps: 3,
  preset: "tiny",
  device: "reference",
  parameters: 1000,
  starts: [start],
  changes: [{ step: 2, key: "optimizer.learningRate", before: 1, after: 0.5 }],
  baseline: { ...model, speedup: 1.1, sparse_step_speedup: null, relative_val_loss: -0.01 },
};
const row = (step: number) =>
  decodeStepMetrics({ step, phase: "dense", loss: 2, lr: 1, grad_norm: 1, tokens_per_second: 5, step_ms: 2 });

Deno.test("readRun reads what a run has left so far", () =>
  withFolder(async (path) => {
    const folder = runFolder(path);
    await assertRejects(() => readRun(path, () => {}), UsageError, `${path} as it holds no run`);
    await writeRunConfig(folder, config, durableFileSystem());
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const begun = await readRun(path, onWarning);
    assertEquals([begun.config, begun.metrics.rows, begun.starts, begun.summary], [config, [], [], undefined]);
    await appendRunStart(folder.history, start, durableFileSystem());
    await Deno.writeTextFile(folder.metrics, [1, 2, 3].map(row).map(encodeStepMetrics).join(""));
    await Deno.writeTextFile(folder.summary, JSON.stringify(summary));
    const stopped = await readRun(path, onWarning);
    assertEquals([stopped.metrics.rows.length, stopped.starts, stopped.summary], [3, [start], summary]);
    assertEquals(warnings, []);
  }));

Deno.test("readRun passes over files that are broken, and says so in a line each", () =>
  withFolder(async (path) => {
    const folder = runFolder(path);
    await writeRunConfig(folder, config, durableFileSystem());
    await Deno.writeTextFile(folder.metrics, encodeStepMetrics(row(2)) + "null\n");
    await Deno.writeTextFile(folder.history, "torn\n" + JSON.stringify(start) + "\n{}\n");
    await Deno.writeTextFile(folder.summary, '{ "phases": 1 }');
    const warnings: string[] = [];
    const { metrics, starts, summary: found } = await readRun(path, (message) => warnings.push(message));
    assertEquals([metrics.rows.length, metrics.gaps, starts, found], [1, [{ first: 1, last: 1 }], [start], undefined]);
    assertEquals(warnings, [
      `${folder.metrics}: step 1 is missing, 1 line is no row`,
      `Cannot read ${folder.summary} as its train_loss is missing. It is passed over`,
    ]);
    await Deno.remove(folder.summary);
    if (Deno.build.os === "windows") return;
    await new Deno.Command("mkfifo", { args: [folder.summary] }).output();
    await assertRejects(() => readRun(path, () => {}), DiskError, "must be a file");
  }));

Deno.test("the history of a run goes on behind a line that a power cut has torn", () =>
  withFolder(async (path) => {
    const { history } = runFolder(path);
    await Deno.writeTextFile(history, JSON.stringify(start) + '\n{"time": "20');
    await appendRunStart(history, { ...start, step: 3 }, durableFileSystem());
    assertEquals((await readRunHistory(history)).map(({ step }) => step), [0, 3]);
  }));

Deno.test("a configuration that is missing, torn or wrong is read from the newest checkpoint that is whole", () =>
  withFolder(async (path) => {
    const folder = runFolder(path);
    const broken = [
      undefined,
      "",
      "\0".repeat(4096),
      '{ "preset"',
      "null",
      '{ "preset": "tiny", "train": { "steps": -1 } }',
    ];
    const save = (step: number, seed: number) =>
      saveCheckpoint(folder.checkpoints, {
        step,
        model: [new Uint8Array(9)],
        optimizer: [],
        config: JSON.parse(JSON.stringify({ ...config, train: { ...config.train, seed } })),
        state: {},
      });
    for (const text of broken) {
      if (text !== undefined) await Deno.writeTextFile(folder.config, text);
      await assertRejects(() => readRunConfig(folder, () => {}), UsageError, folder.config);
    }
    await save(1, 11);
    const newest = await save(2, 12);
    for (const text of broken) {
      await Deno.remove(folder.config).catch(() => {});
      if (text !== undefined) await Deno.writeTextFile(folder.config, text);
      const warnings: string[] = [];
      const { train } = await readRunConfig(folder, (message) => warnings.push(message));
      assertEquals([train.seed, warnings.length], [12, 1]);
      assert(warnings[0]?.endsWith(". The copy in the newest checkpoint is used"), warnings[0]);
    }
    await Deno.writeTextFile(join(newest, "config.json"), "{}");
    assertEquals((await readRunConfig(folder, () => {})).train.seed, 11);
  }));

Deno.test("any summary is read or refused with a reason of one line", () => {
  const random = seededRandom(5);
  let [read, refused] = [0, 0];
  for (let round = 0; round < 20_000; round++) {
    try {
      checkJson(runSummarySchema, parseJson(mutateJson(summary, random)));
      read++;
    } catch (error) {
      assert(error instanceof SyntaxError && isLine(error.message), String(error));
      refused++;
    }
  }
  assert(read > 1000 && refused > 10_000, `${read} ${refused}`);
});

function isLine(message: string): boolean {
  return !/\p{Cc}/u.test(message);
}

Deno.test("any configuration is read or refused with a reason of one line", () => {
  const random = seededRandom(6);
  let [read, refused] = [0, 0];
  for (let round = 0; round < 20_000; round++) {
    try {
      decodeRunConfig(JSON.parse(mutateJson(config, random) || "null"), "config.json");
      read++;
    } catch (error) {
      assert(error instanceof UsageError && isLine(error.message), String(error));
      refused++;
    }
  }
  assert(read > 1000 && refused > 10_000, `${read} ${refused}`);
});
