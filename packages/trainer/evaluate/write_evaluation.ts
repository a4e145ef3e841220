import { type FileSystem, holdFolder, replaceFile } from "@beyond24/disk";
import { readJsonFile } from "@beyond24/disk/json";
import { type HarnessResults, harnessResults, type ScoredTask, type ScoredText, tasks } from "@beyond24/evaluation";
import { appendScores, type EvaluationSettings, type RunConfig, type ScoreRow } from "@beyond24/run";
import { join } from "@std/path";
import * as v from "valibot";
import { fewShotSeed } from "./prepare_tasks.ts";

const parts = ["results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better", "n-samples"] as const;
const known = v.looseObject(Object.fromEntries(parts.map((part) => [part, v.record(v.string(), v.unknown())])));

/** What an evaluation leaves its results with, and where. */
export interface EvaluationPlace {
  /** What tells it from others. */
  readonly settings: EvaluationSettings;
  /** The run's configuration. */
  readonly config: RunConfig;
  /** Folder of the run or checkpoint, as it was named. */
  readonly path: string;
  /** Tokens of a pass. */
  readonly batch: number;
  /** Seconds that scoring took. */
  readonly seconds: number;
  /** One line about the device. */
  readonly device: string;
  /** Folder of the results. */
  readonly folder: string;
  /** The run's file of scores; undefined where they are not kept with it. */
  readonly scoresFile?: string;
  /** The disk. */
  readonly fileSystem: FileSystem;
}

/**
 * Writes what an evaluation found: `results.json`, in which tasks that were scored before with the same settings stay,
 * and the run's scores, for its report.
 *
 * @param scored Tasks with their scores
 * @param texts Texts with theirs
 * @param place Files, and what is written with them
 * @returns Path of `results.json`
 */
export async function writeEvaluation(
  scored: readonly ScoredTask[],
  texts: readonly ScoredText[],
  place: EvaluationPlace,
): Promise<string> {
  const { settings, config, path, batch, seconds, device, folder, scoresFile, fileSystem } = place;
  const { step, mode, limit } = settings;
  const results = harnessResults(scored, texts, {
    config: {
      model: "beyond24",
      model_args: { path, step, mode, preset: config.preset },
      batch_size: batch,
      device,
      limit: limit ?? null,
      fewshot_seed: fewShotSeed,
    },
    longest: config.model.sequenceLength,
    date: new Date(),
    seconds,
  });
  const file = join(folder, "results.json");
  // Another evaluation of the run may end at the same moment, and what both add must stay.
  using _held = await holdFolder(join(folder, ".."));
  await replaceFile(file, `${JSON.stringify(await merged(file, results), null, 2)}\n`, fileSystem);
  if (scoresFile !== undefined && scored.length > 0) {
    await appendScores(scoresFile, scored.map((task) => scoreRow(task, settings)), fileSystem);
  }
  return file;
}

/** New results with those of other tasks that a file holds. */
async function merged(path: string, results: HarnessResults): Promise<object> {
  const before: Readonly<Record<string, unknown>> = await readJsonFile(path, known).catch((error: unknown) => {
    // One that is broken is replaced.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }) ?? {};
  return {
    ...results,
    ...Object.fromEntries(parts.map((part) => [part, { ...(before[part] as object | undefined), ...results[part] }])),
  };
}

function scoreRow(
  { prepared: { task, docs, allDocs }, scores }: ScoredTask,
  { step, role, mode, fewShot }: EvaluationSettings,
): ScoreRow {
  const orNull = (value: number) => Number.isNaN(value) ? null : value;
  return {
    step,
    role,
    mode,
    task,
    few_shot: fewShot,
    documents: docs.length,
    all_documents: allDocs,
    acc: scores.acc,
    acc_stderr: orNull(scores.acc_stderr),
    ...(tasks[task].metrics.includes("acc_norm")
      ? { acc_norm: scores.acc_norm ?? 0, acc_norm_stderr: orNull(scores.acc_norm_stderr ?? NaN) }
      : {}),
  };
}
