import { arc } from "./arc.ts";
import { hellaswag } from "./hellaswag.ts";
import { openbookqa } from "./openbookqa.ts";
import { piqa } from "./piqa.ts";
import type { Task } from "./task.ts";
import { winogrande } from "./winogrande.ts";

/** Name of a task. */
export type TaskName = "arc_easy" | "arc_challenge" | "piqa" | "openbookqa" | "hellaswag" | "winogrande";

/**
 * The tasks, as lm-evaluation-harness 0.4 defines them (version 1.0 of each).
 *
 * @example Their data sets
 * ```ts
 * import { tasks } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tasks.piqa.source, { path: "baber/piqa", split: "validation" });
 * ```
 */
export const tasks: Readonly<Record<TaskName, Task>> = {
  arc_easy: arc("ARC-Easy"),
  arc_challenge: arc("ARC-Challenge"),
  piqa,
  openbookqa,
  hellaswag,
  winogrande,
};

/**
 * The names of all tasks.
 *
 * @example Six
 * ```ts
 * import { taskNames } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(taskNames.length, 6);
 * ```
 */
export const taskNames: readonly TaskName[] = [
  "arc_easy",
  "arc_challenge",
  "piqa",
  "openbookqa",
  "hellaswag",
  "winogrande",
];

/**
 * Whether a text names a task.
 *
 * @param name Any text
 *
 * @example One that is not here
 * ```ts
 * import { isTaskName } from "@beyond24/evaluation";
 * import { assert } from "@std/assert";
 *
 * assert(isTaskName("piqa") && !isTaskName("mmlu"));
 * ```
 */
export function isTaskName(name: string): name is TaskName {
  return Object.hasOwn(tasks, name);
}
