/** Most steps that the training loss of a run is the mean of. */
export const trainLossSteps = 100;

/**
 * The training loss of a run, `train_loss` of its summary: one step's is noise, so it is a mean.
 *
 * @param losses The loss of every step, in order, in nats per token
 * @returns The mean of the last {@linkcode trainLossSteps} or fewer; null without a step
 *
 * @example Two steps
 * ```ts
 * import { trainLoss } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([trainLoss([5, 3]), trainLoss([])], [4, null]);
 * ```
 */
export function trainLoss(losses: readonly number[]): number | null {
  const last = losses.slice(-trainLossSteps);
  return last.length === 0 ? null : last.reduce((sum, loss) => sum + loss, 0) / last.length;
}

/**
 * Which steps the training loss of a run is the mean of, as every report, page and command says it.
 *
 * @param steps Steps done. Default: of runs side by side, which may have done any number
 * @returns Words
 *
 * @example A long run and one of a step
 * ```ts
 * import { trainLossSpan } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([trainLossSpan(3000), trainLossSpan(1)], ["mean of the last 100 steps", "of the only step"]);
 * ```
 */
export function trainLossSpan(steps = Infinity): string {
  return steps === 1 ? "of the only step" : `mean of the last ${Math.min(trainLossSteps, steps)} steps`;
}
