import { isTaskName, type TaskName, taskNames } from "@beyond24/evaluation";
import { UsageError } from "@beyond24/run";

/**
 * Reads names of tasks.
 *
 * @param words Such as `a,b` and `c`; `all` is every task
 * @throws {UsageError} If there is no such task
 */
export function parseTasks(words: readonly string[]): TaskName[] {
  const names = words.flatMap((word) => word.split(",")).map((name) => name.trim()).filter((name) => name !== "");
  const unknown = names.find((name) => name !== "all" && !isTaskName(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `Cannot evaluate ${unknown} as it must be one of ${taskNames.join(", ")}, or all: current value is ${unknown}`,
    );
  }
  return names.includes("all") ? [...taskNames] : [...new Set(names.filter(isTaskName))];
}
