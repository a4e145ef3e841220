import { EvaluationError } from "./evaluation_error.ts";
import type { Metric, Question } from "./tasks/task.ts";
import { taskQuestions } from "./tasks/task_questions.ts";
import { type TaskName, tasks } from "./tasks/tasks.ts";

/** The scores of a task, from 0 to 1. */
export interface TaskScores {
  /** Share of documents whose right choice has the largest log-likelihood. */
  readonly acc: number;
  /** Its standard error; NaN with one document. */
  readonly acc_stderr: number;
  /** The same by log-likelihood over the choice's length in code points; undefined for Winogrande. */
  readonly acc_norm?: number;
  /** Its standard error. */
  readonly acc_norm_stderr?: number;
}

/** What a document counts in each score of its task: 0 or 1. */
export type DocumentScores = Readonly<Partial<Record<Metric, number>>>;

/**
 * Scores a task as lm-evaluation-harness 0.4 does. Of equal log-likelihoods the first counts. Standard errors are those
 * of a mean: the deviation of a sample (n - 1) by √n.
 *
 * @param task Name of the task
 * @param docs Rows of its data set
 * @param logLikelihoods That of each request of `taskRequests`, in nats
 * @returns Scores and standard errors
 * @throws {EvaluationError} If there is no document, their requests are more or fewer, one is NaN, or a row is of
 * another data set
 *
 * @example One right, one wrong
 * ```ts
 * import { scoreTask } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * const docs = [0, 1].map((label) => ({ goal: "Boil water", sol1: "Heat it.", sol2: "Cool it.", label }));
 * const { acc, acc_stderr } = scoreTask("piqa", docs, [-3, -5, -3, -5]);
 * assertEquals([acc, acc_stderr], [0.5, 0.5]);
 * ```
 */
export function scoreTask(task: TaskName, docs: readonly unknown[], logLikelihoods: ArrayLike<number>): TaskScores {
  return meanScores(task, scoreDocuments(task, docs, logLikelihoods));
}

/** The scores of a task, of what each document counts. */
export function meanScores(task: TaskName, scores: readonly DocumentScores[]): TaskScores {
  if (scores.length === 0) {
    throw new EvaluationError(`Cannot score ${task} as there must be a document: current value is none`);
  }
  const { mean: acc, error: acc_stderr } = meanOf(scores.map(({ acc = 0 }) => acc));
  if (!tasks[task].metrics.includes("acc_norm")) return { acc, acc_stderr };
  const { mean: acc_norm, error: acc_norm_stderr } = meanOf(scores.map(({ acc_norm = 0 }) => acc_norm));
  return { acc, acc_stderr, acc_norm, acc_norm_stderr };
}

/**
 * What each document counts in the scores of its task.
 *
 * @param task Name of the task
 * @param docs Rows of its data set
 * @param logLikelihoods That of each request of `taskRequests`, in nats
 * @returns 0 or 1 for every document and score
 * @throws {EvaluationError} If there are more or fewer log-likelihoods than requests, one is NaN, or a row is of
 * another data set
 *
 * @example The shorter choice loses where its length does not count
 * ```ts
 * import { scoreDocuments } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * const doc = { goal: "Boil water", sol1: "Heat it on a stove.", sol2: "Cool it.", label: 0 };
 * assertEquals(scoreDocuments("piqa", [doc], [-4, -3]), [{ acc: 0, acc_norm: 1 }]);
 * ```
 */
export function scoreDocuments(
  task: TaskName,
  docs: readonly unknown[],
  logLikelihoods: ArrayLike<number>,
): DocumentScores[] {
  return scoreQuestions(task, taskQuestions(task, docs), logLikelihoods);
}

/** {@linkcode scoreDocuments} of questions that are there already. */
export function scoreQuestions(
  task: TaskName,
  questions: readonly Question[],
  logLikelihoods: ArrayLike<number>,
): DocumentScores[] {
  const requests = questions.reduce((count, { choices }) => count + choices.length, 0);
  const values = Array.from(logLikelihoods);
  if (values.length !== requests) {
    throw new EvaluationError(
      `Cannot score ${task} as there must be a log-likelihood for each of its ${requests} requests: ` +
        `current value is ${values.length}`,
    );
  }
  const bad = values.findIndex(Number.isNaN);
  if (bad >= 0) {
    throw new EvaluationError(
      `Cannot score ${task} as log-likelihoods must be numbers: current value is NaN, request ${bad + 1}`,
    );
  }
  let at = 0;
  return questions.map((question) => {
    const own = values.slice(at, at += question.choices.length);
    return scoreQuestion(question, own, tasks[task].metrics);
  });
}

function scoreQuestion(
  { choices, gold }: Question,
  values: readonly number[],
  metrics: readonly Metric[],
): DocumentScores {
  const measures: Record<Metric, () => number[]> = {
    acc: () => [...values],
    acc_norm: () => values.map((value, choice) => value / [...(choices[choice] ?? "")].length),
  };
  return Object.fromEntries(metrics.map((metric) => [metric, Number(placeOfLargest(measures[metric]()) === gold)]));
}

function placeOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, place) => value > (values[best] ?? -Infinity) ? place : best, 0);
}

function meanOf(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1)) / Math.sqrt(values.length) };
}
