import type { Tokenizer } from "@beyond24/tokenizer";
import { type EncodedRequest, encodeRequests } from "../scoring/encode_request.ts";
import { type FewShot, fewShotTexts } from "../few_shot/few_shot.ts";
import { questionRequests, type TaskRequest } from "../task_requests.ts";
import type { Question } from "../tasks/task.ts";
import { taskQuestions } from "../tasks/task_questions.ts";
import type { TaskName } from "../tasks/tasks.ts";

/** A task whose requests are ready to be scored by a model. */
export interface PreparedTask {
  /** Its name. */
  readonly task: TaskName;
  /** The rows that are scored. */
  readonly docs: readonly unknown[];
  /** Rows of the whole split. */
  readonly allDocs: number;
  /** Solved examples before each question. */
  readonly fewShot: number;
  /** What they ask. */
  readonly questions: readonly Question[];
  /** The requests, choices side by side. */
  readonly requests: readonly TaskRequest[];
  /** Their tokens, those of a document side by side. */
  readonly groups: readonly (readonly EncodedRequest[])[];
  /** Requests whose context was cut on the left. */
  readonly cut: number;
}

/** Options of {@linkcode prepareTask}. */
export interface PrepareTaskOptions {
  /** Most tokens that the model reads. */
  readonly longest: number;
  /** Score the first rows only. Default: all. */
  readonly limit?: number;
  /** Solved examples before each question. Default none. */
  readonly fewShot?: FewShot;
}

/**
 * Makes the requests of a task and their tokens.
 *
 * @param task Name of the task
 * @param docs Rows of its data set
 * @param tokenizer The model's tokenizer
 * @param options Length of the model, limit, few-shot examples
 * @returns The task
 * @throws {EvaluationError} If a row is of another data set, or there are too few examples
 *
 * @example Limit
 * ```ts
 * import { prepareTask } from "@beyond24/evaluation";
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const docs = [0, 1].map((label) => ({ goal: "Boil water", sol1: "Heat it.", sol2: "Cool it.", label }));
 * const { groups, allDocs, cut } = prepareTask("piqa", docs, new ByteTokenizer(), { longest: 32, limit: 1 });
 * assertEquals([groups.length, allDocs, cut], [1, 2, 2]);
 * ```
 */
export function prepareTask(
  task: TaskName,
  docs: readonly unknown[],
  tokenizer: Tokenizer,
  { longest, limit = docs.length, fewShot }: PrepareTaskOptions,
): PreparedTask {
  const scored = docs.slice(0, limit);
  const questions = taskQuestions(task, scored);
  const requests = questionRequests(questions, fewShot && fewShotTexts(task, scored, fewShot));
  let at = 0;
  const groups = questions.map(({ choices }) => {
    return encodeRequests(tokenizer, requests.slice(at, at += choices.length), longest);
  });
  const cut = groups.flat().filter(({ cut }) => cut > 0).length;
  return { task, docs: scored, allDocs: docs.length, fewShot: fewShot?.count ?? 0, questions, requests, groups, cut };
}
