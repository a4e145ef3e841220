import { checkInteger, checkNumber } from "./_check.ts";

/** Cosine learning rate with linear warm-up. */
export interface LearningRateSchedule {
  /** Highest learning rate, reached at the end of the warm-up. */
  readonly peak: number;
  /** Learning rate at the end as a fraction of `peak`, in [0, 1]. */
  readonly finalRatio: number;
  /** Steps of linear warm-up, an integer in [0, `totalSteps`]. */
  readonly warmupSteps: number;
  /** Steps of the whole run, over all of its phases. */
  readonly totalSteps: number;
}

function checkSchedule({ peak, finalRatio, warmupSteps, totalSteps }: LearningRateSchedule): void {
  const action = "read learning rate schedule";
  checkNumber(peak, "peak", 0, Infinity, action);
  checkNumber(finalRatio, "finalRatio", 0, 1, action);
  checkInteger(totalSteps, "totalSteps", 1, action);
  checkInteger(warmupSteps, "warmupSteps", 0, action);
  if (warmupSteps <= totalSteps) return;
  throw new RangeError(`Cannot ${action} as warmupSteps must be <= ${totalSteps}: current value is ${warmupSteps}`);
}

/**
 * The learning rate of a step (paper, Table 1: cosine).
 *
 * - `step < warmupSteps`: `peak * (step + 1) / warmupSteps`, so that the first step already learns;
 * - then `peak * (finalRatio + (1 - finalRatio) * (1 + cos(pi * p)) / 2)` with
 *   `p = (step - warmupSteps) / (totalSteps - warmupSteps)`;
 * - from `totalSteps` on: `peak * finalRatio`.
 *
 * It runs over all phases of a recipe without a restart and depends on `step` only.
 *
 * @param schedule The schedule
 * @param step Index of the step, from 0
 * @returns The learning rate of the optimizer update at the end of this step
 * @throws {RangeError} If `step` or a field of the schedule is out of bounds
 *
 * @example Warm up and decay
 * ```ts
 * import { learningRateAt } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const schedule = { peak: 3e-4, finalRatio: 0.1, warmupSteps: 10, totalSteps: 110 };
 * assertAlmostEquals(learningRateAt(schedule, 4), 1.5e-4);
 * assertAlmostEquals(learningRateAt(schedule, 10), 3e-4);
 * assertAlmostEquals(learningRateAt(schedule, 60), 1.65e-4);
 * assertAlmostEquals(learningRateAt(schedule, 110), 3e-5);
 * ```
 */
export function learningRateAt(schedule: LearningRateSchedule, step: number): number {
  checkSchedule(schedule);
  checkInteger(step, "step", 0, "find learning rate");
  const { peak, finalRatio, warmupSteps, totalSteps } = schedule;
  if (step < warmupSteps) return peak * (step + 1) / warmupSteps;
  if (step >= totalSteps) return peak * finalRatio;
  const progress = (step - warmupSteps) / (totalSteps - warmupSteps);
  return peak * (finalRatio + (1 - finalRatio) * (1 + Math.cos(Math.PI * progress)) / 2);
}
