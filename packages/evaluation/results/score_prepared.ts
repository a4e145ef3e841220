import { type DocumentScores, meanScores, scoreQuestions, type TaskScores } from "../score_task.ts";
import type { ScoredRequest } from "../scoring/score_requests.ts";
import type { PreparedTask } from "./prepare_task.ts";

/** What each document counts in the scores of its task. */
export function scorePrepared(
  { task, questions }: PreparedTask,
  scored: readonly (readonly ScoredRequest[])[],
): DocumentScores[] {
  return scoreQuestions(task, questions, scored.flat().map(({ logLikelihood }) => logLikelihood));
}

/**
 * Scores a task as `scoreTask` does.
 *
 * @param prepared The task
 * @param scored What a model says of its requests
 * @returns Scores and standard errors
 * @throws {EvaluationError} If there is no document, or a log-likelihood is NaN or missing
 *
 * @example One right
 * ```ts
 * import { prepareTask, scorePreparedTask } from "@beyond24/evaluation";
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const docs = [{ goal: "Boil water", sol1: "Heat it.", sol2: "Cool it.", label: 0 }];
 * const prepared = prepareTask("piqa", docs, new ByteTokenizer(), { longest: 64 });
 * const scored = [[-2.5, -3].map((logLikelihood) => ({ logLikelihood, isGreedy: false }))];
 * assertEquals(scorePreparedTask(prepared, scored).acc, 1);
 * ```
 */
export function scorePreparedTask(
  prepared: PreparedTask,
  scored: readonly (readonly ScoredRequest[])[],
): TaskScores {
  return meanScores(prepared.task, scorePrepared(prepared, scored));
}
