import { makeFolders, replaceFile } from "@beyond24/disk";
import { type ConfigValues, readRun } from "@beyond24/run";
import { dirname, join } from "@std/path";
import type { ReproduceContext } from "./context.ts";
import { type CorpusFacts, validationTokensOf } from "./corpus_facts.ts";
import { type QualityJob, recipeOf, timingName, timingValues, tokensPerStep, validations } from "./jobs.ts";
import type { StepTimes } from "./result_row.ts";
import { qualitySizes } from "./sizes.ts";
import { stepSeconds, timesInRun } from "./step_times.ts";
import { settingsFile, trainInProcess } from "./train_process.ts";

/** How long the steps of a run take, alone on the device. */
export interface Timing {
  readonly steps: StepTimes;
  /** Seconds to start, load the data and save. */
  readonly overhead: number;
}

/**
 * Times the steps of a job in a short run of its own, and keeps the times.
 *
 * @param job The job
 * @param context Device, data, folders
 * @param gpu The only GPU that it sees, by number
 * @returns The times; undefined when it was stopped
 */
export async function timeSteps(
  job: QualityJob,
  context: ReproduceContext,
  gpu?: string,
): Promise<Timing | undefined> {
  const { runs, device, signal, data } = context;
  // Of its own, as another process may time the same plan on another card.
  const folder = join(runs, "timing", `${timingName(job)}.${Deno.pid}`);
  const started = performance.now();
  const run = { folder, preset: qualitySizes[job.size].preset, values: valuesOf(job, context), data, device, gpu };
  try {
    if (await trainInProcess(run, signal) === "stopped") return undefined;
    const timing = await timesOf(folder, (performance.now() - started) / 1000);
    await keepTiming(job, timing, context);
    return timing;
  } finally {
    for (const path of [folder, settingsFile(folder)]) await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

function valuesOf(job: QualityJob, { corpus }: ReproduceContext): ConfigValues {
  return { ...timingValues(job), "model.vocabularySize": corpus.vocabularySize };
}

function timingFile(job: QualityJob, { runs }: ReproduceContext): string {
  return join(runs, "timing", `${timingName(job)}.json`);
}

/** Settings that times of steps do not depend on. */
const untimed = { "train.seed": undefined, "optimizer.decay": undefined, "optimizer.decayRatio": undefined };

/** What times hold for: a file of times of anything else is not used. */
function validity(job: QualityJob, context: ReproduceContext): string {
  const { revision, device, corpus } = context;
  return JSON.stringify([revision, device, corpus.digest, { ...valuesOf(job, context), ...untimed }]);
}

/** Keeps the times of steps of a job for all calls that have the same program, device and data. */
export async function keepTiming(job: QualityJob, timing: Timing, context: ReproduceContext): Promise<void> {
  const file = timingFile(job, context);
  await makeFolders(dirname(file));
  await replaceFile(file, JSON.stringify({ ...timing, of: validity(job, context) }));
}

/** Times of steps of a job that were kept before; undefined where there are none that can be read and hold. */
export async function keptTiming(job: QualityJob, context: ReproduceContext): Promise<Timing | undefined> {
  try {
    const { of, ...timing } = JSON.parse(await Deno.readTextFile(timingFile(job, context)));
    return of === validity(job, context) ? timing : undefined;
  } catch {
    return undefined;
  }
}

async function timesOf(folder: string, wall: number): Promise<Timing> {
  const { metrics, summary } = await readRun(folder, () => {});
  const seconds = metrics.rows.reduce((sum, { step_ms }) => sum + step_ms / 1000, 0);
  return { steps: timesInRun(summary?.phases ?? []), overhead: wall - seconds };
}

/** A validation goes forwards alone: about a third of a dense step for as many tokens. */
const validationShare = 1 / 3;

/**
 * Seconds that a job takes alone, validations, start and checkpoints included.
 *
 * @param job The job
 * @param steps Times of its steps
 * @param corpus The data: a small one holds out less than the size asks for
 * @param overhead Seconds to start, load the data and save
 */
export function predictSeconds(job: QualityJob, steps: StepTimes, corpus: CorpusFacts, overhead: number): number {
  const batches = validationTokensOf(job, corpus) / tokensPerStep(job.size);
  const validating = validations * batches * validationShare * steps.dense / 1000;
  return stepSeconds(recipeOf(job), steps) + validating + overhead;
}

/**
 * Seconds to start, load the data and save: the least of all timings. The first one also compiles kernels, which the
 * runs find compiled.
 */
export function usualOverhead(timings: Iterable<Timing>): number {
  return Math.min(...Array.from(timings, ({ overhead }) => overhead));
}
