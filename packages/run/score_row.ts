import { type FileSystem, openFileLog, replaceFile } from "@beyond24/disk";
import { checkJson, parseJson } from "@beyond24/disk/json";
import { linesOf } from "./_lines.ts";
import { scoreRowSchema } from "./_schema.ts";

/** What a model scored on a task: a line of `scores.jsonl`. */
export interface ScoreRow {
  /** Steps that were done. */
  readonly step: number;
  /** Whether it is the model of the run or its dense twin. */
  readonly role: "main" | "baseline";
  /** How the feed-forward networks were computed. */
  readonly mode: "dense" | "sparse";
  /** Name of the task. */
  readonly task: string;
  /** Solved examples before each question. */
  readonly few_shot: number;
  /** Rows that were scored. */
  readonly documents: number;
  /** Rows that the data set has. */
  readonly all_documents: number;
  /** Share of right answers by log-likelihood. */
  readonly acc: number;
  /** Its standard error; null with one row. */
  readonly acc_stderr: number | null;
  /** Share by log-likelihood over the length of the choice; a task may have none. */
  readonly acc_norm?: number;
  /** Its standard error. */
  readonly acc_norm_stderr?: number | null;
}

/**
 * Adds scores to those of a run.
 *
 * @param path The file; created when missing
 * @param rows The scores
 * @param fileSystem The disk
 * @throws {DiskError} If the system refuses it
 *
 * @example Write and read
 * ```ts
 * import { appendScores, readScores, type ScoreRow } from "@beyond24/run";
 * import { durableFileSystem } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${await Deno.makeTempDir()}/scores.jsonl`;
 * const counts = { few_shot: 0, documents: 100, all_documents: 1838 };
 * const row = { step: 200, role: "main", mode: "dense", task: "piqa", ...counts, acc: 0.5, acc_stderr: 0.05 } as const;
 * await appendScores(path, [row], durableFileSystem());
 * assertEquals(await readScores(path), [row]);
 * ```
 */
export async function appendScores(path: string, rows: readonly ScoreRow[], fileSystem: FileSystem): Promise<void> {
  let size = 0;
  for await (const { end } of linesOf(path)) size = end;
  const log = await openFileLog(path, size, fileSystem);
  try {
    await log.append(new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join("")));
    await log.sync();
  } finally {
    log.close();
  }
}

/**
 * Reads the scores of a run, in the order of their steps; of two of the same model, task and settings the later one
 * counts. Lines that are none are passed over.
 *
 * @param path The file; when it is missing there are none
 * @returns Scores
 * @throws {DiskError} If the system refuses it
 *
 * @example A run that was never evaluated
 * ```ts
 * import { readScores } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await readScores("no/such/file"), []);
 * ```
 */
export async function readScores(path: string): Promise<ScoreRow[]> {
  const rows = new Map<string, ScoreRow>();
  for await (const { text = "" } of linesOf(path)) {
    try {
      const row = checkJson(scoreRowSchema, parseJson(text));
      rows.set(JSON.stringify([row.step, row.role, row.mode, row.task, row.few_shot, row.documents]), row);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return [...rows.values()].sort((a, b) => a.step - b.step);
}

/**
 * Takes away the scores of steps that a run goes back behind: they are done again, with other weights.
 *
 * @param path The file; when it is missing nothing is done
 * @param step The last step that stays
 * @param fileSystem The disk
 * @throws {DiskError} If the system refuses it
 *
 * @example Go back to step 100
 * ```ts
 * import { cutScores, readScores } from "@beyond24/run";
 * import { durableFileSystem } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${await Deno.makeTempDir()}/scores.jsonl`;
 * const row = { role: "main", mode: "dense", task: "piqa", few_shot: 0, documents: 9, all_documents: 9 };
 * const line = (step: number) => `${JSON.stringify({ step, ...row, acc: 0.5, acc_stderr: 0.1 })}\n`;
 * await Deno.writeTextFile(path, line(100) + line(200));
 * await cutScores(path, 100, durableFileSystem());
 * assertEquals((await readScores(path)).map(({ step }) => step), [100]);
 * ```
 */
export async function cutScores(path: string, step: number, fileSystem: FileSystem): Promise<void> {
  const scores = await readScores(path);
  const kept = scores.filter((row) => row.step <= step);
  if (kept.length === scores.length) return;
  await replaceFile(path, kept.map((row) => `${JSON.stringify(row)}\n`).join(""), fileSystem);
}
