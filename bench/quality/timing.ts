import { readTextFile, replaceFile } from "@beyond24/disk";
import { type ConfigValues, readRun } from "@beyond24/run";
import { join } from "@std/path";
import type { ReproduceContext } from "./context.ts";
import { type CorpusFacts, validationTokensOf } from "./corpus_facts.ts";
import { type QualityJob, recipeOf, timingName, timingValues, tokensPerStep, validations } from "./jobs.ts";
import type { StepTimes } from "./result_row.ts";
import { qualitySizes } from "./sizes.ts";
import { settingsFile, trainInProcess } from "./train_process.ts";

/** How long the steps of a run take, alone on the device. */
export interface Timing {
  readonly steps: StepTimes;
  /** Seconds to start, load the data and save. */
  readonly overhead: number;
  /** What was timed, to tell whether it still holds. */
  readonly of: string;
}

/**
 * Times the steps of a job in a short run of its own, unless that was done before.
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
  const { runs, device, corpus, signal, data, revision } = context;
  const kept = join(runs, "timing", `${timingName(job)}.json`);
  // Of its own, as another process may time the same plan on another card.
  const folder = join(runs, "timing", `${timingName(job)}.${Deno.pid}`);
  const values: ConfigValues = { ...timingValues(job), "model.vocabularySize": corpus.vocabularySize };
  const of = JSON.stringify([revision, device, corpus.digest, { ...values, "train.seed": undefined }]);
  const known = await readTiming(kept);
  if (known?.of === of) return known;
  const started = performance.now();
  const { preset } = qualitySizes[job.size];
  try {
    if (await trainInProcess({ folder, preset, values, data, device, gpu }, signal) === "stopped") return undefined;
    const timing = { ...await timesOf(folder, (performance.now() - started) / 1000), of };
    await replaceFile(kept, JSON.stringify(timing));
    return timing;
  } finally {
    for (const path of [folder, settingsFile(folder)]) await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

async function timesOf(folder: string, wall: number): Promise<Omit<Timing, "of">> {
  const { metrics, summary } = await readRun(folder, () => {});
  const seconds = metrics.rows.reduce((sum, { step_ms }) => sum + step_ms / 1000, 0);
  const median = (phase: "dense" | "sparse") =>
    summary?.phases.find((summed) => summed.phase === phase)?.median_step_ms ?? null;
  return { steps: { dense: median("dense") ?? NaN, sparse: median("sparse") }, overhead: wall - seconds };
}

async function readTiming(path: string): Promise<Timing | undefined> {
  const text = await readTextFile(path);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Steps of each kind in a recipe such as `dense:100,sparse:1900`. */
export function countSteps(recipe: string): Readonly<Record<"dense" | "sparse", number>> {
  const counts = { dense: 0, sparse: 0 };
  for (const part of recipe.split(",")) {
    const [phase, steps] = part.split(":");
    if (phase === "dense" || phase === "sparse") counts[phase] += Number(steps);
  }
  return counts;
}

/** Seconds of all steps of a recipe. */
export function stepSeconds(recipe: string, times: StepTimes): number {
  const { dense, sparse } = countSteps(recipe);
  return (dense * times.dense + sparse * (times.sparse ?? times.dense)) / 1000;
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
