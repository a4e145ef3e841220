import { EvaluationError } from "../evaluation_error.ts";
import { type TaskName, tasks } from "../tasks/tasks.ts";
import { rowEnding, rowEndings } from "./read_rows.ts";

/** A part of a data set. */
export type Split = "train" | "validation" | "test";

/** What the path of a task's data holds, in lower case, without what stands between its words. */
const names: Readonly<Record<TaskName, RegExp>> = {
  arc_easy: /arceasy/,
  arc_challenge: /arcchallenge/,
  piqa: /piqa|physicaliqa/,
  openbookqa: /openbookqa/,
  hellaswag: /hellaswag/,
  winogrande: /winogrande/,
};

/**
 * Words in the paths of other data sets of the same authors: smaller and filtered parts of Winogrande, more of
 * OpenBookQA.
 */
const otherWords = new Set(["xs", "s", "m", "l", "debiased", "additional", "complete", "corpus"]);

const splits: Readonly<Record<Split, RegExp>> = {
  train: /(^|[^a-z])train([^a-z]|$)/,
  validation: /(^|[^a-z])(validation|valid|val|dev)([^a-z]|$)/,
  test: /(^|[^a-z])test([^a-z]|$)/,
};

/**
 * The files of a task's data in a folder, wherever they lie in it: as a clone of the Hub, as `datasets` saves them, as
 * the authors publish them, or as one file named after the task.
 *
 * @param task Name of the task
 * @param folder The folder, or a file, which is taken as it is
 * @param split The part that is asked for. Default: that which is scored
 * @returns Paths: one, or the pieces of one
 * @throws {EvaluationError} If there is none, or several that could be meant
 *
 * @example A file named after the task
 * ```ts
 * import { findTaskFiles } from "@beyond24/evaluation";
 * import { assert } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/piqa.jsonl`, "");
 * const [path = ""] = await findTaskFiles("piqa", folder);
 * assert(path.endsWith("piqa.jsonl"));
 * ```
 */
export async function findTaskFiles(
  task: TaskName,
  folder: string,
  split: Split = tasks[task].source.split,
): Promise<string[]> {
  const root = folder.replace(/[/\\]+$/, "");
  const present = await filesIn(root);
  if (present.length === 1 && present[0] === root) return present;
  const all = present.filter((path) => rowEnding(path) !== undefined);
  const own = all.filter((path) => isOf(task, path.slice(root.length + 1)));
  const isNamed = (path: string, split: Split) => splits[split].test(path.slice(root.length).toLowerCase());
  const named = own.filter((path) => isNamed(path, split));
  const bare = own.filter((path) => !isNamed(path, "train") && !isNamed(path, "validation") && !isNamed(path, "test"));
  const found = named.length > 0 || split === "train" ? named : bare;
  const kept = preferred(found);
  const groups = new Set(kept.map(withoutPiece));
  if (groups.size === 1) return kept;
  const { path, name } = tasks[task].source;
  const expected = `split ${split} of ${path}${name === undefined ? "" : `, ${name},`} in a file ${rowEndings}`;
  const ofOtherForms = present.filter((path) => isOf(task, path.slice(root.length + 1)));
  const current = [kept, own, ofOtherForms, all].find((paths) => paths.length > 0) ?? present;
  const list = current.slice(0, 8).map((path) => path.slice(root.length + 1)).join(", ") || "no file";
  throw new EvaluationError(
    groups.size > 1
      ? `Cannot choose the data of ${task} in ${folder} as several could be meant: current value is ${list}; name a ` +
        "folder with one"
      : `Cannot find the data of ${task} in ${folder} as there must be ${expected}: current value is ${list}`,
  );
}

function isOf(task: TaskName, path: string): boolean {
  const words = path.toLowerCase().split(/[^a-z0-9]+/);
  return names[task].test(words.join("")) && !words.some((word) => otherWords.has(word));
}

/** Of the same rows in several forms, the one that is quickest to read; the form of the Hub where there is one. */
function preferred(paths: readonly string[]): string[] {
  for (const ending of [".parquet", ".arrow"]) {
    const those = paths.filter((path) => rowEnding(path) === ending);
    if (those.length > 0) return those;
  }
  return [...paths];
}

/** `test-00000-of-00002.parquet` and its other half are one. */
function withoutPiece(path: string): string {
  return path.replace(/-\d{5}-of-\d{5}/, "");
}

async function filesIn(path: string): Promise<string[]> {
  const info = await Deno.stat(path).catch((error: unknown) => {
    throw new EvaluationError(`Cannot read ${path} as it does not exist: name the folder of the data sets`, {
      cause: error,
    });
  });
  if (!info.isDirectory) return [path];
  const names: string[] = [];
  for await (const { name } of Deno.readDir(path)) if (!name.startsWith(".")) names.push(name);
  const files: string[] = [];
  for (const name of names.sort()) {
    const inner = `${path}/${name}`;
    const { isDirectory } = await Deno.stat(inner);
    if (isDirectory) files.push(...await filesIn(inner));
    else files.push(inner);
  }
  return files;
}
