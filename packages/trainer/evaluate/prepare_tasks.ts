import { loadTaskDocs, type PreparedTask, prepareTask, type TaskName } from "@beyond24/evaluation";
import type { Tokenizer } from "@beyond24/tokenizer";

/** Seed of few-shot examples, that of lm-evaluation-harness. */
export const fewShotSeed = 1234;

/** What is asked, and of which rows. */
export interface PrepareTasksOptions {
  /** Folder of the data sets. */
  readonly data: string;
  /** Most tokens that the model reads. */
  readonly longest: number;
  /** Rows of each task that are scored; undefined for all. */
  readonly limit: number | undefined;
  /** Solved examples before each question. */
  readonly fewShot: number;
}

/**
 * Reads the data of tasks and makes their requests: all of it before the first is scored, so that what is wrong shows
 * at once.
 *
 * @param names Tasks
 * @param tokenizer The model's tokenizer
 * @param options Data, limits
 * @returns The tasks in the order of their names
 * @throws {EvaluationError} If data are missing or cannot be used
 */
export async function prepareTasks(
  names: readonly TaskName[],
  tokenizer: Tokenizer,
  { data, longest, limit, fewShot: count }: PrepareTasksOptions,
): Promise<PreparedTask[]> {
  const tasks: PreparedTask[] = [];
  for (const name of names) {
    const { docs } = await loadTaskDocs(name, data);
    const examples = count === 0 ? undefined : await loadTaskDocs(name, data, "train");
    tasks.push(prepareTask(name, docs, tokenizer, {
      longest,
      ...(limit === undefined ? {} : { limit }),
      ...(examples === undefined ? {} : { fewShot: { count, docs: examples.docs, seed: fewShotSeed } }),
    }));
  }
  return tasks;
}

/** What is to be known of requests that were cut: one sentence for each task. */
export function cutNotes(tasks: readonly PreparedTask[], longest: number): string[] {
  return tasks.filter(({ cut }) => cut > 0).map(({ task, cut, requests }) =>
    `${task}: ${cut} of ${requests.length} contexts are longer than the model's ${longest} tokens and were cut on ` +
    "the left"
  );
}
