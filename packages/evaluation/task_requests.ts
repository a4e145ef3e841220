import { type FewShot, fewShotTexts } from "./few_shot/few_shot.ts";
import type { Question } from "./tasks/task.ts";
import { taskQuestions } from "./tasks/task_questions.ts";
import type { TaskName } from "./tasks/tasks.ts";

/** What a model is asked: the log-likelihood of a continuation behind a context. */
export interface TaskRequest {
  /** The text before. */
  readonly context: string;
  /** The text that is scored. */
  readonly continuation: string;
}

/** Options of {@linkcode taskRequests}. */
export interface TaskRequestsOptions {
  /** Solved examples before every question. Default none. */
  readonly fewShot?: FewShot;
}

/**
 * The requests of a task, as lm-evaluation-harness 0.4 makes them: in the order of the documents, the choices of a
 * document side by side.
 *
 * @param task Name of the task
 * @param docs Rows of its data set, as parsed JSON: in the shape of the Hub or of the original authors
 * @param options Few-shot examples
 * @returns Requests
 * @throws {EvaluationError} If there is no such task, a row is of another data set or has an answer that is none of its
 * choices, or there are too few examples
 *
 * @example Two choices
 * ```ts
 * import { taskRequests } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * const sentence = "The cup did not fit as _ was too big.";
 * const doc = { sentence, option1: "the cup", option2: "the box", answer: "1" };
 * assertEquals(taskRequests("winogrande", [doc]), [
 *   { context: "The cup did not fit as the cup", continuation: " was too big." },
 *   { context: "The cup did not fit as the box", continuation: " was too big." },
 * ]);
 * ```
 */
export function taskRequests(
  task: TaskName,
  docs: readonly unknown[],
  options: TaskRequestsOptions = {},
): TaskRequest[] {
  const questions = taskQuestions(task, docs);
  return questionRequests(questions, options.fewShot && fewShotTexts(task, docs, options.fewShot));
}

/** The requests of questions, each behind its examples. */
export function questionRequests(questions: readonly Question[], examples: readonly string[] = []): TaskRequest[] {
  return questions.flatMap(({ contexts, continuations }, place) =>
    contexts.map((context, choice) => ({
      context: (examples[place] ?? "") + context,
      continuation: ` ${continuations[choice]}`,
    }))
  );
}
