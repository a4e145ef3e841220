import { EvaluationError } from "../evaluation_error.ts";
import type { Question } from "./task.ts";
import { isTaskName, type TaskName, taskNames, tasks } from "./tasks.ts";

/**
 * What the rows of a data set ask.
 *
 * @param task Name of a task
 * @param docs Rows of its data set
 * @returns A question for every row
 * @throws {EvaluationError} If there is no such task, or a row is of another data set or its answer is none of its
 * choices
 *
 * @example The right answer
 * ```ts
 * import { taskQuestions } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * const [question] = taskQuestions("piqa", [{ goal: "Boil water", sol1: "Heat it.", sol2: "Cool it.", label: 0 }]);
 * assertEquals(question?.choices[question.gold], "Heat it.");
 * ```
 */
export function taskQuestions(task: TaskName, docs: readonly unknown[]): Question[] {
  if (!isTaskName(task)) {
    throw new EvaluationError(
      `Cannot evaluate a task that is not known: current value is ${task}, choose one of ${taskNames.join(", ")}`,
    );
  }
  return docs.map((doc, place) => questionOf(task, doc, `document ${place + 1} of ${docs.length}`));
}

function questionOf(task: TaskName, doc: unknown, place: string): Question {
  const { question, expected, source } = tasks[task];
  const shape = `it must be a row of ${source.path}, ${expected}`;
  let asked: Question;
  try {
    asked = question(doc);
  } catch (cause) {
    throw new EvaluationError(`Cannot use ${place} for ${task} as ${shape}: current value has ${fieldsOf(doc)}`, {
      cause,
    });
  }
  const { choices, gold } = asked;
  if (gold >= 0 && gold < choices.length) return asked;
  throw new EvaluationError(
    `Cannot use ${place} for ${task} as its answer must be one of its ${choices.length} choices, ${expected}: ` +
      `current value is ${answerOf(doc)}`,
  );
}

function fieldsOf(doc: unknown): string {
  if (!isRecord(doc)) return `no fields but is ${JSON.stringify(doc)}`;
  const fields = Object.entries(doc).map(([name, value]) =>
    `${name} (${Array.isArray(value) ? "list" : typeof value})`
  );
  return fields.length > 0 ? `the fields ${fields.join(", ")}` : "no fields";
}

function answerOf(doc: unknown): string {
  const { answerKey, label, answer } = isRecord(doc) ? doc : {};
  return JSON.stringify(answerKey ?? label ?? answer);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
