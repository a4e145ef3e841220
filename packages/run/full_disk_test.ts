import { loadNewestCheckpoint, recoverCheckpoints, saveCheckpoint } from "@beyond24/checkpoint";
import { denoFileSystem, durableFileSystem, type FileSystem } from "@beyond24/disk";
import { fullFileSystem } from "@beyond24/disk/testing";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./_testing.ts";
import { tidyRunFolder } from "./clear_run_folder.ts";
import { presetConfig } from "./config/preset_config.ts";
import { openMetricsLog } from "./metrics_log.ts";
import { readRun } from "./read_run.ts";
import { writeRunConfig } from "./run_config_file.ts";
import { runFolder } from "./run_folder.ts";
import { appendRunStart } from "./run_history.ts";
import { writeRunSummary } from "./run_summary.ts";
import { decodeStepMetrics } from "./step_metrics.ts";

const config = presetConfig("tiny");
const row = (step: number) =>
  decodeStepMetrics({ step, phase: "dense", loss: 2, lr: 1, grad_norm: 1, tokens_per_second: 5, step_ms: 2 });

/** All that a resumed run writes, in the order in which the trainer does, with tensors of a few bytes. */
async function writeStep(path: string, step: number, below: FileSystem): Promise<void> {
  const folder = runFolder(path);
  const fileSystem = durableFileSystem({ fileSystem: below });
  await tidyRunFolder(folder, fileSystem);
  await recoverCheckpoints(folder.checkpoints, fileSystem);
  await writeRunConfig(folder, config, fileSystem);
  const device = "reference";
  const start = { time: "2026-01-31T12:00:00.000Z", step: step - 1, command: "", revision: null, versions: {}, device };
  await appendRunStart(folder.history, start, fileSystem);
  const log = await openMetricsLog(folder.metrics, {
    step: step - 1,
    fileSystem,
    onWarning: (message) => assert(false, message),
  });
  try {
    await log.append([row(step)]);
    await log.sync();
    const state = { session: step };
    const checkpoint = { step, model: [new Uint8Array(9)], optimizer: [new Uint8Array(5)], config: {}, state };
    await saveCheckpoint(folder.checkpoints, checkpoint, { keep: 1, fileSystem });
  } finally {
    log.close();
  }
  const loss = { train_loss: 2, val_loss: null, val_bits_per_byte: null, val_perplexity: null };
  const model = { ...loss, wall_seconds: 1, phases: [], tokens: 9 };
  const about = { status: "interrupted", steps: step, preset: "tiny", device, parameters: 1 } as const;
  await writeRunSummary(folder.summary, { ...model, ...about }, fileSystem);
}

Deno.test("a run that goes on with a disk that is full after any byte loses nothing that was there", () =>
  withFolder(async (parent) => {
    const quick = fullFileSystem(denoFileSystem, Infinity);
    const run = join(parent, "run");
    await Deno.mkdir(run);
    await writeStep(run, 1, quick.fileSystem);
    const before = quick.written();
    await writeStep(run, 2, quick.fileSystem);
    const needed = quick.written() - before;
    assert(needed > 2000, `${needed}`);
    let step = 2;
    for (let room = 0; room < needed; room++) {
      await assertRejects(
        () => writeStep(run, step + 1, fullFileSystem(denoFileSystem, room).fileSystem),
        Error,
        "is full",
      );
      const { metrics: { rows, badLines }, summary } = await readRun(run, () => {});
      const newest = await loadNewestCheckpoint(join(run, "checkpoints"));
      assert(newest.step === step || newest.step === step + 1);
      assert(rows.length >= newest.step && badLines === 0 && (summary?.steps ?? 0) >= 2);
      // Where the checkpoint is saved and the summary is not, the run has come a step further.
      step = newest.step;
    }
    await writeStep(run, step + 1, quick.fileSystem);
    assertEquals((await readRun(run, () => {})).metrics.rows.length, step + 1);
  }));
