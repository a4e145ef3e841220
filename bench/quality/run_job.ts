import { listCheckpoints } from "@beyond24/checkpoint";
import { makeFolders, readTextFile, replaceFile } from "@beyond24/disk";
import { type ConfigValues, readRun, readScores, runFolder } from "@beyond24/run";
import { dirname, join } from "@std/path";
import type { ReproduceContext } from "./context.ts";
import { epochsOf, validationTokensOf } from "./corpus_facts.ts";
import { jobName, jobValues, type QualityJob, recipeOf } from "./jobs.ts";
import { decodeRow, encodeRow, type ResultRow, type StepTimes } from "./result_row.ts";
import { rowSparsity } from "./row_sparsity.ts";
import { qualitySizes } from "./sizes.ts";
import { scoreRun } from "./score_run.ts";
import { timesInRun, timesItself } from "./step_times.ts";
import { keepTiming, type Timing } from "./timing.ts";
import { trainInProcess } from "./train_process.ts";
import type { Outcome } from "./trainer_process.ts";

/** Folder of a job's run. */
export function jobFolder(job: QualityJob, { runs }: ReproduceContext): string {
  return join(runs, jobName(job));
}

/** File of a job's row. */
export function rowFile(job: QualityJob, folder: string): string {
  return join(folder, `${jobName(job)}.json`);
}

/** The row of a run that was made before, kept with it until the run is made anew. */
function keptFile(folder: string): string {
  return join(folder, "row.json");
}

/**
 * The row of a run that was made before, with the same settings, data and program; undefined when there is none, or
 * when it lacks scores that are asked for and has no checkpoint left to be scored.
 */
export async function keptRow(job: QualityJob, context: ReproduceContext): Promise<ResultRow | undefined> {
  const folder = jobFolder(job, context);
  const kept = keptFile(folder);
  const text = await readTextFile(kept);
  if (text === undefined) return undefined;
  const row = decodeRow(text, kept);
  const { corpus, revision } = context;
  const isSame = row.corpus === corpus.digest && row.revisions.at(-1) === revision &&
    JSON.stringify(row.settings) === JSON.stringify(settingsOf(job, context));
  return isSame && (isWhole(row, context) || await hasCheckpoint(folder)) ? row : undefined;
}

/** Whether a row has what is asked for: scores where there are tasks. */
export function isWhole({ scores }: ResultRow, { tasks }: ReproduceContext): boolean {
  return tasks === undefined || scores !== undefined;
}

async function hasCheckpoint(folder: string): Promise<boolean> {
  return (await listCheckpoints(runFolder(folder).checkpoints)).length > 0;
}

/** Writes the row of a run that was made before where rows are wanted. */
export async function restoreRow(job: QualityJob, context: ReproduceContext): Promise<ResultRow | undefined> {
  const row = await keptRow(job, context);
  if (row !== undefined) await writeRow(row, rowFile(job, context.out));
  return row;
}

/**
 * Makes a run and writes its row, scores it on tasks where that is asked for, and writes the row again with its scores.
 * A run that was stopped goes on; one that another process has made meanwhile is taken; one with a row of other
 * settings, data or program is made anew.
 *
 * @param job The run
 * @param timing Times of its steps alone on the device; where it times itself, an estimate will do
 * @param context Data, device and folders
 * @param gpu The only GPU that it sees, by number
 * @returns The row; undefined when it was stopped
 * @throws {Error} If the run fails; the message is a line
 */
export async function runJob(
  job: QualityJob,
  timing: Timing,
  context: ReproduceContext,
  gpu?: string,
): Promise<ResultRow | undefined> {
  const before = await restoreRow(job, context);
  if (before !== undefined && isWhole(before, context)) return before;
  // The row is written before tasks are scored, too: a stop or a lost machine then takes scores alone.
  const trained = before ?? await trainedRow(job, timing, context, gpu);
  const row = trained && await scoredRow(trained, job, context, gpu);
  if (row === undefined) return undefined;
  if (!context.keepsCheckpoints) await removeCheckpoints(jobFolder(job, context));
  return row;
}

/** Trains, and writes the row; undefined when it was stopped. */
async function trainedRow(
  job: QualityJob,
  timing: Timing,
  context: ReproduceContext,
  gpu: string | undefined,
): Promise<ResultRow | undefined> {
  const folder = jobFolder(job, context);
  if (await readTextFile(keptFile(folder)) !== undefined) await Deno.remove(folder, { recursive: true });
  if (await train(job, folder, context, gpu) === "stopped") return undefined;
  const row = await measuredRow(job, folder, timing.steps, context);
  await keepRow(row, job, context);
  if (timesItself(job, context)) await keepTiming(job, { ...timing, steps: row.step_ms }, context);
  return row;
}

/** Scores the run of a row where that is asked for, and writes the row with its scores; undefined when stopped. */
async function scoredRow(
  row: ResultRow,
  job: QualityJob,
  context: ReproduceContext,
  gpu: string | undefined,
): Promise<ResultRow | undefined> {
  const folder = jobFolder(job, context);
  const { tasks, device, signal } = context;
  if (tasks === undefined) return row;
  if (await scoreRun({ folder, tasks, device, gpu }, signal) === "stopped") return undefined;
  const scored = { ...row, scores: await readScores(runFolder(folder).scores) };
  await keepRow(scored, job, context);
  return scored;
}

/** Writes a row beside its run, and where rows are wanted. */
async function keepRow(row: ResultRow, job: QualityJob, context: ReproduceContext): Promise<void> {
  await writeRow(row, keptFile(jobFolder(job, context)));
  await writeRow(row, rowFile(job, context.out));
}

async function removeCheckpoints(folder: string): Promise<void> {
  await Deno.remove(runFolder(folder).checkpoints, { recursive: true }).catch(() => {});
}

async function writeRow(row: ResultRow, file: string): Promise<void> {
  await makeFolders(dirname(file));
  await replaceFile(file, encodeRow(row));
}

async function train(
  job: QualityJob,
  folder: string,
  context: ReproduceContext,
  gpu: string | undefined,
): Promise<Outcome> {
  const { data, device, signal } = context;
  const { preset } = qualitySizes[job.size];
  return await trainInProcess({ folder, preset, values: settingsOf(job, context), data, device, gpu }, signal);
}

function settingsOf(job: QualityJob, { corpus }: ReproduceContext): ConfigValues {
  return { ...jobValues(job), "model.vocabularySize": corpus.vocabularySize };
}

async function measuredRow(
  job: QualityJob,
  folder: string,
  times: StepTimes,
  context: ReproduceContext,
): Promise<ResultRow> {
  const { config, metrics: { rows }, summary, starts } = await readRun(folder, () => {});
  const { train_loss = null, val_loss = null, val_bits_per_byte = null } = summary ?? {};
  const isMeasured = train_loss !== null && val_loss !== null && val_bits_per_byte !== null;
  if (summary?.status !== "finished" || !isMeasured) {
    throw new Error(`Cannot use ${folder} as its run has not ended: start the command again`);
  }
  const { corpus, atOnce, namedRevision: named } = context;
  return {
    format: "beyond24-quality-1",
    size: job.size,
    run: job.run,
    seed: job.seed,
    study_steps: job.steps,
    is_shorter: job.steps < qualitySizes[job.size].steps,
    steps: summary.steps,
    recipe: recipeOf(job),
    settings: settingsOf(job, context),
    ...(summary.phases.some(({ phase }) => phase === "sparse") ? { sparsity: rowSparsity(config) } : {}),
    revisions: named !== undefined ? [named] : [...new Set(starts.flatMap(({ revision }) => revision ?? []))],
    device: summary.device,
    corpus: corpus.digest,
    date: new Date().toISOString(),
    parameters: summary.parameters,
    tokens: summary.tokens,
    epochs: epochsOf(job, corpus),
    validation_tokens: validationTokensOf(job, corpus),
    train_loss,
    val_loss,
    bits_per_byte: val_bits_per_byte,
    step_ms: timesItself(job, context) ? timesInRun(summary.phases) : times,
    phases: summary.phases,
    runs_at_once: atOnce,
    wall_seconds: summary.wall_seconds,
    curve: rows.flatMap(({ step, val_loss }) => val_loss === null ? [] : [[step, val_loss] as const]),
  };
}
