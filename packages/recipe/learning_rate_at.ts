import { checkInteger, checkNumber } from "./_check.ts";

/** The curves along which a learning rate can fall. */
export const decayShapes = ["cosine", "linear"] as const;

/** A curve along which a learning rate falls. */
export type DecayShape = typeof decayShapes[number];

/** A learning rate that rises linearly, stays, and falls. */
export interface LearningRateSchedule {
  /** Highest learning rate, reached at the end of the warm-up. */
  readonly peak: number;
  /**
   * Learning rate where the decay ends, at step `totalSteps`, as a fraction of `peak`, in [0, 1]. The last step that is
   * trained has the index before, and a rate that is one step of the decay higher.
   */
  readonly finalRatio: number;
  /** Steps of linear warm-up, an integer in [0, `totalSteps`]. */
  readonly warmupSteps: number;
  /** Steps of the whole run, over all of its phases. */
  readonly totalSteps: number;
  /** Curve of the decay. Default: `cosine`, as the paper has it. */
  readonly decay?: DecayShape;
  /**
   * Part of all steps in which the rate falls, at the end, in [0, 1]; before that it stays at `peak`. Default: 1, from
   * the end of the warm-up on. About 0.2 with `linear` is the schedule "warm-up, stable, decay" (Hägele et al. 2024,
   * arXiv 2405.18392).
   */
  readonly decayRatio?: number;
}

function checkSchedule({ peak, finalRatio, warmupSteps, totalSteps, decayRatio = 1 }: LearningRateSchedule): void {
  const action = "read learning rate schedule";
  checkNumber(peak, "peak", 0, Infinity, action);
  checkNumber(finalRatio, "finalRatio", 0, 1, action);
  checkNumber(decayRatio, "decayRatio", 0, 1, action);
  checkInteger(totalSteps, "totalSteps", 1, action);
  checkInteger(warmupSteps, "warmupSteps", 0, action);
  if (warmupSteps <= totalSteps) return;
  throw new RangeError(`Cannot ${action} as warmupSteps must be <= ${totalSteps}: current value is ${warmupSteps}`);
}

/** What is left of the way from `peak` to the end, at a part of the decay in [0, 1]. */
const shapes: Readonly<Record<DecayShape, (progress: number) => number>> = {
  cosine: (progress) => (1 + Math.cos(Math.PI * progress)) / 2,
  linear: (progress) => 1 - progress,
};

/**
 * The learning rate of a step (paper, Table 1: cosine).
 *
 * - `step < warmupSteps`: `peak * (step + 1) / warmupSteps`, so that the first step already learns;
 * - then `peak`, until `decayRatio * totalSteps` steps are left, or at once where these are all;
 * - then `peak * (finalRatio + (1 - finalRatio) * c)`, where `c` falls from 1 to 0 with the part `p` of the decay that
 *   is done: `(1 + cos(pi * p)) / 2`, or `1 - p`;
 * - from `totalSteps` on: `peak * finalRatio`.
 *
 * Steps count from 0, so the last one of a run is `totalSteps - 1`, and the decay ends where a next one would be: as
 * `CosineAnnealingLR` of torch and `get_cosine_schedule_with_warmup` of transformers have it, but for the warm-up of
 * the latter, whose first step has rate 0.
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
 * import { assert, assertAlmostEquals } from "@std/assert";
 *
 * const schedule = { peak: 3e-4, finalRatio: 0.1, warmupSteps: 10, totalSteps: 110 };
 * assertAlmostEquals(learningRateAt(schedule, 4), 1.5e-4);
 * assertAlmostEquals(learningRateAt(schedule, 10), 3e-4);
 * assertAlmostEquals(learningRateAt(schedule, 60), 1.65e-4);
 * assert(learningRateAt(schedule, 109) > 3e-5); // the last step of the run
 * assertAlmostEquals(learningRateAt(schedule, 110), 3e-5);
 *
 * const stable = { ...schedule, decay: "linear", decayRatio: 0.2 } as const;
 * assertAlmostEquals(learningRateAt(stable, 80), 3e-4);
 * assertAlmostEquals(learningRateAt(stable, 99), 1.65e-4);
 * ```
 */
export function learningRateAt(schedule: LearningRateSchedule, step: number): number {
  checkSchedule(schedule);
  checkInteger(step, "step", 0, "find learning rate");
  const { peak, finalRatio, warmupSteps, totalSteps, decay = "cosine" } = schedule;
  if (step < warmupSteps) return peak * (step + 1) / warmupSteps;
  if (step >= totalSteps) return peak * finalRatio;
  const start = decayStart(schedule);
  if (step <= start) return peak;
  return peak * (finalRatio + (1 - finalRatio) * shapes[decay]((step - start) / (totalSteps - start)));
}

/**
 * Until where the learning rate has not begun to fall: steps up to it have `peak`, once the warm-up is over.
 *
 * @param schedule The schedule
 * @returns Index of a step, from 0; may lie between two
 *
 * @example A run of which the last fifth decays
 * ```ts
 * import { decayStart } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decayStart({ warmupSteps: 10, totalSteps: 100, decayRatio: 0.2 }), 80);
 * assertEquals(decayStart({ warmupSteps: 10, totalSteps: 100 }), 10);
 * ```
 */
export function decayStart(
  { warmupSteps, totalSteps, decayRatio = 1 }: Pick<LearningRateSchedule, "warmupSteps" | "totalSteps" | "decayRatio">,
): number {
  return Math.max(warmupSteps, totalSteps * (1 - decayRatio));
}
