import { type Collectives, type Device, soloCollectives } from "@beyond24/device";
import { CheckpointError } from "@beyond24/checkpoint";
import { durableFileSystem, type FileSystem } from "@beyond24/disk";
import { parameterCounts } from "@beyond24/recipe";
import {
  appendRunStart,
  clearRunFolder,
  createRunFolder,
  cutScores,
  lockRunFolder,
  readRunSummary,
  type RunConfig,
  type RunFolder,
  runFolder,
  type RunSummary,
  tidyRunFolder,
  writeRunConfig,
} from "@beyond24/run";
import { warmUpNotes } from "../plan/warm_up_notes.ts";
import { checkpointEvaluation } from "../evaluate/checkpoint_evaluation.ts";
import { checkMemory } from "./_check_memory.ts";
import { describePlace } from "./_describe_place.ts";
import { programRevision, programVersions } from "./_program.ts";
import { keepRunTokenizer } from "./keep_run_tokenizer.ts";
import { loadRunData, type RunData } from "./load_run_data.ts";
import type { SessionPlace } from "./_session_place.ts";
import { anyRank, checkRanks } from "./ranks.ts";
import type { RunObserver } from "./run_observer.ts";
import { SessionRunner } from "./session_runner.ts";
import { writeSummary } from "./write_summary.ts";

/** Steps that a model and its twin take in turn, so that what slows the machine down slows both down. */
const stepsInTurn = 10;
/** Milliseconds after which signals and timers get their turn. */
const breathEvery = 50;

/** Options of {@linkcode trainRun}. */
export interface TrainRunOptions {
  /** Folder of the run. */
  readonly folder: string;
  /** Where to compute. The caller disposes of it. */
  readonly device: Device;
  /** Goes on with the run in the folder. Default false: begins one. */
  readonly resume?: boolean;
  /**
   * Goes back to the checkpoint of this step; those behind it and their metrics are removed. Default: the newest whole
   * one.
   */
  readonly resumeAt?: number;
  /** Trains although most of the vocabulary can never occur; a run that is resumed was allowed to. Default false. */
  readonly force?: boolean;
  /** Removes a run that lies in the folder. Default false. */
  readonly overwrite?: boolean;
  /** Stops the run after the step it is in, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Hears what happens. */
  readonly observer?: RunObserver;
  /** The command that the user typed, for the history of the run. Default empty. */
  readonly command?: string;
  /** The disk. Default that of Deno. */
  readonly fileSystem?: FileSystem;
  /**
   * The ranks of a run of several processes, each with a device of its own, that share a folder; rank 0 writes, the
   * others read its checkpoints. Default: one.
   */
  readonly collectives?: Collectives;
}

/**
 * Trains a model and leaves everything about it in a folder: configuration, metrics, checkpoints, summary.
 *
 * A run that was stopped, however that came about, is resumed to the same bits. With `config.train.baseline` a dense
 * twin with the same initial weights is trained on the same batches, in turns of a few steps.
 *
 * @param config The resolved configuration
 * @param options Folder, device, how to begin and how to stop
 * @returns What the run reached
 * @throws {UsageError} If the folder holds a run and may not be overwritten, or another process trains into it
 * @throws {OutOfMemoryError} If the device has no room for the model
 * @throws {DataError} If the data cannot be used
 * @throws {CheckpointError} If no checkpoint to resume from is whole or fits, or none can be saved
 * @throws {DiskError} If the disk is full or refuses, or the folder is removed while the run goes on
 * @throws {NonFiniteError} If loss or gradient of a step is not finite; the last checkpoint stays
 *
 * @example Train on a text
 * ```ts
 * import { applyConfig, presetConfig } from "@beyond24/run";
 * import { trainRun } from "@beyond24/trainer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/text.txt`, "Call me Ishmael. ".repeat(100));
 * const config = applyConfig(presetConfig("tiny"), {
 *   "data.paths": [`${folder}/text.txt`],
 *   "model.layers": 1,
 *   "model.sequenceLength": 16,
 *   "train.steps": 4,
 * }, "example");
 * const summary = await trainRun(config, { folder: `${folder}/run`, device: createReferenceDevice() });
 * assertEquals(summary.steps, 4);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function trainRun(config: RunConfig, options: TrainRunOptions): Promise<RunSummary> {
  const { device, resume = false, resumeAt, force = false, overwrite = false, observer = {}, command = "" } = options;
  const { collectives = soloCollectives } = options;
  const writes = collectives.rank === 0;
  await checkRanks(config, collectives);
  checkMemory(config, device, collectives.size);
  using data = await loadRunData(config, { force: force || resume, begins: !resume });
  const folder = runFolder(options.folder);
  const fileSystem = durableFileSystem({
    ...(options.fileSystem === undefined ? {} : { fileSystem: options.fileSystem }),
    onWarning: (message) => observer.onWarning?.(message),
  });
  if (!resume && writes) await createRunFolder(folder.path, fileSystem);
  using _lock = writes ? await lockRunFolder(folder.path) : undefined;
  if (!resume && writes) await clearRunFolder(folder, overwrite, fileSystem);
  if (writes) await tidyRunFolder(folder, fileSystem);
  if (writes) await keepRunTokenizer(folder, data.tokenizer, fileSystem);
  await collectives.barrier(); // the folder is as all ranks are to see it
  const { tokenizer } = data;
  const { signal } = options;
  const afterSave = writes
    ? await checkpointEvaluation(config, { tokenizer, folder, fileSystem, observer, signal })
    : undefined;
  const files = { fileSystem, collectives, ...(afterSave === undefined ? {} : { afterSave }) };
  const runners = createRunners(config, device, data, folder, files, observer);
  const parameters = parameterCounts(config.model).total;
  const start = { resume, ...(resumeAt === undefined ? {} : { resumeAt }) };
  try {
    for (const runner of runners) await runner.restore(start);
    await collectives.barrier(); // all ranks have read what rank 0 may remove from here on
    if (writes) await writeRunConfig(folder, config, fileSystem);
    const step = runners[0]?.session.step ?? 0;
    if (writes) {
      await appendRunStart(folder.history, {
        time: new Date().toISOString(),
        step,
        command,
        revision: await programRevision(),
        versions: programVersions,
        device: describePlace(device, collectives),
      }, fileSystem);
    }
    for (const runner of runners) await runner.open(start);
    if (writes && resumeAt !== undefined) await cutScores(folder.scores, resumeAt, fileSystem);
    observer.onHeader?.({
      config,
      folder: folder.path,
      device: describePlace(device, collectives),
      parameters,
      sources: data.sources,
      resumedAt: step,
      notes: notesOf(runners, config, resumeAt),
    });
    await takeTurns(runners, collectives, options.signal);
    for (const runner of runners) await runner.save();
  } finally {
    for (const runner of runners) runner.close();
  }
  const [main, twin] = runners;
  if (!writes) {
    await collectives.barrier();
    const summary = await readRunSummary(folder.summary);
    if (summary === undefined) {
      throw new CheckpointError(`Cannot read the summary that rank 0 wrote: it should be ${folder.summary}`);
    }
    return summary;
  }
  const summary = await writeSummary(folder, config, {
    status: runners.every(({ isDone }) => isDone) ? "finished" : "interrupted",
    device: describePlace(device, collectives),
    parameters,
    seconds: main?.seconds ?? 0,
    steps: main?.session.step ?? 0,
    changes: main?.changes ?? [],
    ...(twin === undefined ? {} : { baselineSeconds: twin.seconds }),
  }, fileSystem);
  await collectives.barrier();
  return summary;
}

/**
 * The configuration of the dense twin: every step dense, all else equal.
 *
 * @param config The configuration of the model
 * @returns That of the twin
 */
export function denseTwin(config: RunConfig): RunConfig {
  return { ...config, recipe: [{ phase: "dense", steps: config.train.steps }] };
}

function createRunners(
  config: RunConfig,
  device: Device,
  data: RunData,
  folder: RunFolder,
  files: Pick<SessionPlace, "fileSystem" | "afterSave" | "collectives">,
  observer: RunObserver,
): SessionRunner[] {
  const { metrics, checkpoints, events, baselineMetrics, baselineCheckpoints, baselineEvents } = folder;
  const main = new SessionRunner(device, config, data, {
    role: "main",
    metrics,
    checkpoints,
    events,
    ...files,
  }, observer);
  if (!config.train.baseline) return [main];
  const place = { metrics: baselineMetrics, checkpoints: baselineCheckpoints, events: baselineEvents, ...files };
  return [main, new SessionRunner(device, denseTwin(config), data, { role: "baseline", ...place }, observer)];
}

/** What is to be known about how a run begins or goes on. */
function notesOf(runners: readonly SessionRunner[], config: RunConfig, resumeAt: number | undefined): string[] {
  const back = resumeAt === undefined
    ? []
    : [`went back to step ${resumeAt}: checkpoints and metrics behind it were removed`];
  const isFinished = runners.every(({ isDone }) => isDone);
  const finished = isFinished ? ["finished: all steps are done; a larger train.steps extends the run"] : [];
  const begins = runners[0]?.session.step === 0;
  return [...back, ...begins ? warmUpNotes(config.recipe) : [], ...runners[0]?.notes ?? [], ...finished];
}

/** Always lets the model go on that has done fewer steps. */
async function takeTurns(
  runners: readonly SessionRunner[],
  collectives: Collectives,
  signal: AbortSignal | undefined,
): Promise<void> {
  let breath = performance.now();
  for (;;) {
    const pending = runners.filter(({ isDone }) => !isDone);
    const behind = pending.toSorted((a, b) => turn(a) - turn(b))[0];
    if (behind === undefined || await anyRank(collectives, signal?.aborted ?? false)) return;
    await behind.advance((turn(behind) + 1) * stepsInTurn);
    if (performance.now() - breath < breathEvery) continue;
    // Kernels of a CPU never wait, so without this no signal would ever be heard.
    await new Promise((resolve) => setTimeout(resolve, 0));
    breath = performance.now();
  }
}

function turn({ session }: SessionRunner): number {
  return Math.floor(session.step / stepsInTurn);
}
