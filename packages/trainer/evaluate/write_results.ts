import { type FileSystem, replaceFile } from "@beyond24/disk";
import { readJsonFile } from "@beyond24/disk/json";
import { type HarnessResults, type ScoredTask, tasks } from "@beyond24/evaluation";
import { appendScores, type EvaluationSettings, type ScoreRow } from "@beyond24/run";
import { join } from "@std/path";
import * as v from "valibot";

const parts = ["results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better", "n-samples"] as const;
const known = v.looseObject(Object.fromEntries(parts.map((part) => [part, v.record(v.string(), v.unknown())])));

/**
 * Writes `results.json` into the folder of an evaluation; tasks that were scored before with the same settings stay in it.
 *
 * @param folder Folder of the evaluation
 * @param results The new ones
 * @param fileSystem The disk
 * @returns Path of the file
 */
export async function writeResults(folder: string, results: HarnessResults, fileSystem: FileSystem): Promise<string> {
  const path = join(folder, "results.json");
  const before: Readonly<Record<string, unknown>> = await readJsonFile(path, known).catch((error: unknown) => {
    // One that is broken is replaced.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }) ?? {};
  const merged = Object.fromEntries(
    parts.map((part) => [part, { ...(before[part] as object | undefined), ...results[part] }]),
  );
  await replaceFile(path, `${JSON.stringify({ ...results, ...merged }, null, 2)}\n`, fileSystem);
  return path;
}

/** Adds scores to those of the run, for its report. */
export async function keepScores(
  path: string,
  scored: readonly ScoredTask[],
  { step, role, mode, fewShot }: EvaluationSettings,
  fileSystem: FileSystem,
): Promise<void> {
  const orNull = (value: number) => Number.isNaN(value) ? null : value;
  const rows = scored.map(({ prepared: { task, docs, allDocs }, scores }): ScoreRow => ({
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
  }));
  if (rows.length > 0) await appendScores(path, rows, fileSystem);
}
