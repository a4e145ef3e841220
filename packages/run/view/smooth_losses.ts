import { phaseSpans, type Recipe } from "@beyond24/recipe";
import { trainLossSteps } from "./train_loss.ts";

/** Most steps of a smoothed loss: as many as `train_loss` of a summary is the mean of. */
export const smoothSteps: number = trainLossSteps;

/** What is smoothed: the loss after a step, or null where there is none. */
export interface LossAt {
  /** The step, counted from 1. */
  readonly step: number;
  /** Its loss. */
  readonly loss: number | null;
}

/**
 * The loss of every step as a mean over itself and steps before it in the same phase: the latest quarter of those that
 * the phase has done, {@linkcode smoothSteps} at most. No later step counts and none of another phase, so that a line
 * of these values neither rises before a switch nor falls after it, and ends where `train_loss` is.
 *
 * @param rows Losses by step, in order
 * @param recipe The phases
 * @returns A mean for each row, null where the steps that count have no loss
 *
 * @example A jump at a switch stays a jump
 * ```ts
 * import { smoothLosses } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = [3, 1, 1, 9, 9].map((loss, index) => ({ step: index + 1, loss }));
 * const recipe = [{ phase: "dense", steps: 3 }, { phase: "sparse", steps: 2 }] as const;
 * assertEquals(smoothLosses(rows, recipe), [3, 1, 1, 9, 9]);
 * ```
 */
export function smoothLosses(rows: readonly LossAt[], recipe: Recipe): (number | null)[] {
  const borders = phaseSpans(recipe).map(({ end }) => end);
  const sums = runningSums(rows.map(({ loss }) => loss ?? 0));
  const counts = runningSums(rows.map(({ loss }) => loss === null ? 0 : 1));
  const over = (totals: readonly number[], from: number, to: number) => (totals[to] ?? 0) - (totals[from] ?? 0);
  let begin = 0;
  return rows.map(({ step }, index) => {
    if (borders.some((border) => border < step && border >= (rows[index - 1]?.step ?? step))) begin = index;
    const from = index + 1 - Math.min(smoothSteps, Math.ceil((index + 1 - begin) / 4));
    const count = over(counts, from, index + 1);
    return count === 0 ? null : over(sums, from, index + 1) / count;
  });
}

/** The sum of what comes before each place, and at last of all. */
function runningSums(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
  return sums;
}
