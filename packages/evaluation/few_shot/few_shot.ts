import { EvaluationError } from "../evaluation_error.ts";
import type { Question } from "../tasks/task.ts";
import { taskQuestions } from "../tasks/task_questions.ts";
import { type TaskName, tasks } from "../tasks/tasks.ts";
import { PythonRandom } from "./python_random.ts";
import { isDeepStrictEqual } from "node:util";

/** Solved examples before every question. */
export interface FewShot {
  /** Examples before each question. */
  readonly count: number;
  /** Rows that they are drawn from: the data set's split `train`. */
  readonly docs: readonly unknown[];
  /** Seed of the draw. Default 1234, as in the harness. */
  readonly seed?: number;
}

/**
 * The text of solved examples before each question: drawn one question after the other from one sequence of random
 * numbers, as lm-evaluation-harness draws them.
 *
 * @throws {EvaluationError} If there are too few examples, or one of them is of another data set
 */
export function fewShotTexts(task: TaskName, docs: readonly unknown[], fewShot: FewShot): string[] {
  const { count, docs: pool, seed = 1234 } = fewShot;
  if (count === 0) return docs.map(() => "");
  const hasTest = tasks[task].source.split === "test";
  const needed = hasTest ? count : count + 1;
  if (pool.length < needed) {
    throw new EvaluationError(
      `Cannot put ${count} examples before the questions of ${task} as its data set must have ${needed} rows to draw ` +
        `from, of split train: current value is ${pool.length}`,
    );
  }
  const examples = taskQuestions(task, pool).map(exampleText);
  const random = new PythonRandom(seed);
  return docs.map((doc) => {
    // A data set without a test split draws one more, in case that a question is its own example.
    const drawn = random.sample(pool.length, needed);
    const others = hasTest ? drawn : drawn.filter((place) => !isDeepStrictEqual(pool[place], doc)).slice(0, count);
    return others.map((place) => examples[place]).join("");
  });
}

function exampleText({ contexts, continuations, gold }: Question): string {
  const continuation = continuations[gold] ?? "";
  return `${contexts[gold]}${continuation === "" ? "" : ` ${continuation}\n\n`}`;
}
