import { EvaluationError } from "../evaluation_error.ts";
import { type TaskName, tasks } from "../tasks/tasks.ts";
import { findTaskFiles, type Split } from "./find_task_files.ts";
import { readRows } from "./read_rows.ts";

/** Rows of a task's data, and where they were found. */
export interface TaskDocs {
  /** Rows, as `taskRequests` takes them. */
  readonly docs: readonly unknown[];
  /** Their files. */
  readonly files: readonly string[];
}

/** Authors that publish answers apart: a file of lines beside the rows, and the field that each line is. */
const answers: Readonly<Partial<Record<TaskName, string>>> = { piqa: "label", winogrande: "answer" };

/**
 * Loads the data of a task from a folder, in whatever form people have it.
 *
 * @param task Name of the task
 * @param folder The folder, or a file
 * @param split The part that is asked for. Default: that which is scored
 * @returns Rows
 * @throws {EvaluationError} If there are none, or they cannot be read
 *
 * @example PIQA as its authors publish it: answers in a file of their own
 * ```ts
 * import { loadTaskDocs } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/piqa`);
 * const row = { goal: "Boil water", sol1: "Heat it.", sol2: "Cool it." };
 * await Deno.writeTextFile(`${folder}/piqa/valid.jsonl`, JSON.stringify(row));
 * await Deno.writeTextFile(`${folder}/piqa/valid-labels.lst`, "0\n");
 * const { docs } = await loadTaskDocs("piqa", folder);
 * assertEquals(docs, [{ ...row, label: "0" }]);
 * ```
 */
export async function loadTaskDocs(task: TaskName, folder: string, split?: Split): Promise<TaskDocs> {
  const files = await findTaskFiles(task, folder, split);
  const docs: unknown[] = [];
  for (const file of files) docs.push(...await withAnswers(task, file, await readRows(file)));
  if (docs.length > 0) return { docs, files };
  throw new EvaluationError(`Cannot evaluate ${task} as ${files.join(", ")} must hold rows: current value is none`);
}

async function withAnswers(task: TaskName, file: string, rows: readonly unknown[]): Promise<readonly unknown[]> {
  const field = answers[task];
  const isAnswered = (row: unknown) => typeof row === "object" && row !== null && field !== undefined && field in row;
  if (field === undefined || rows.every(isAnswered)) return rows;
  const path = file.replace(/\.[a-z]+(\.gz|\.zst)?$/i, "-labels.lst");
  const text = await Deno.readTextFile(path).catch(() => undefined);
  // Without it `taskRequests` says what the rows lack.
  if (text === undefined) return rows;
  const labels = text.trim().split(/\r?\n/);
  if (labels.length === rows.length) return rows.map((row, place) => ({ ...(row as object), [field]: labels[place] }));
  throw new EvaluationError(
    `Cannot use ${path} for ${task} as it must have a line for each of the ${rows.length} rows of ${file}: ` +
      `current value is ${labels.length}, see ${tasks[task].source.path}`,
  );
}
