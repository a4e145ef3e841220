import { listCheckpoints } from "@beyond24/checkpoint";
import { denoFileSystem, durableFileSystem, type FileSystem } from "@beyond24/disk";
import { failingFileSystem } from "@beyond24/disk/testing";
import { readMetrics, readRun, readRunSummary, type RunConfig, runFolder, UsageError } from "@beyond24/run";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { checkpointFile, microConfig, microRun, withFolder } from "../_testing.ts";
import { writeReport } from "../report/write_report.ts";

/** Two steps with a checkpoint after each, of which the second makes room. */
export const values = {
  "recipe": [{ phase: "dense", steps: 1 }, { phase: "sparse", steps: 1 }],
  "train.checkpointEvery": 1,
  "train.keepCheckpoints": 1,
  "train.evaluateEvery": 1,
  "train.validationTokens": 1,
  "optimizer.warmupSteps": 1,
};

/** The disk, but that syncing takes no time. */
export const quickDisk = failingFileSystem(denoFileSystem, () => {});

/** What `train` does to a disk. */
export async function train(config: RunConfig, folder: string, fileSystem: FileSystem, resume: boolean): Promise<void> {
  await microRun(config, { folder, fileSystem, resume });
  await writeReport(folder, () => {}, durableFileSystem({ fileSystem }));
}

/** All that follows from configuration and data in what a run has left. */
export async function essenceOf(run: string) {
  const rows = async (name: string) =>
    (await readMetrics(join(run, name))).map(({ step_ms: _, tokens_per_second: __, ...row }) => row);
  const { status, steps } = await readRunSummary(runFolder(run).summary) ?? {};
  const places = [run, join(run, "baseline")].filter((path) => exists(join(path, "checkpoints")));
  const tensors = places.flatMap((path) =>
    ["model.safetensors", "optimizer.safetensors"].map((name) => checkpointFile(path, 2, name))
  );
  return { status, steps, rows: [await rows("metrics.jsonl"), await rows("baseline.jsonl")], tensors };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** The files of a run, sorted, what a folder of checkpoints holds left out. */
export function filesOf(run: string): string[] {
  return [...Deno.readDirSync(run)].map(({ name }) => name).sort();
}

const wholeRun = [".lock", "baseline", "baseline.jsonl", "checkpoints", "config.json", "history.jsonl"];
export const finishedRun = [...wholeRun, "metrics.jsonl", "report.html", "summary.json"];

/** Gives a configuration, paths for runs, and what an undisturbed run of it leaves. */
export async function withRun(
  use: (
    config: RunConfig,
    place: (name: string) => string,
    whole: Awaited<ReturnType<typeof essenceOf>>,
  ) => Promise<void>,
  baseline = false,
): Promise<void> {
  await withFolder(async (folder) => {
    const config = microConfig(folder, { ...values, "train.baseline": baseline });
    await train(config, join(folder, "whole"), quickDisk, false);
    await use(config, (name) => join(folder, name), await essenceOf(join(folder, "whole")));
  });
}

/** Goes on with what a run has left as a user would: resumed where a run is found, else begun again. */
export async function goOn(config: RunConfig, run: string): Promise<void> {
  const found = await readRun(run, () => {}).catch((error: unknown) => {
    if (error instanceof UsageError) return undefined;
    throw error;
  });
  if (found !== undefined) return await train(found.config, run, quickDisk, true);
  assertEquals(await listCheckpoints(join(run, "checkpoints")), [], "a run with a checkpoint can be resumed");
  await microRun(config, { folder: run, overwrite: true, fileSystem: quickDisk });
  await writeReport(run);
}
