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
 * Which steps the training loss of runs is the mean of, as every report, page and command says it.
 *
 * @param steps Steps done, of a run or of each of several side by side; 0 where none is done, and there is no loss
 * @returns Words
 *
 * @example A long run, one of a step, and a long and a short one
 * ```ts
 * import { trainLossSpan } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([trainLossSpan(3000), trainLossSpan(1)], ["mean of the last 100 steps", "of the only step"]);
 * assertEquals(trainLossSpan(3000, 12), "mean of the last 100 steps, or of all");
 * ```
 */
export function trainLossSpan(...steps: readonly number[]): string {
  const spans = new Set(steps.filter((done) => done > 0).map((done) => Math.min(trainLossSteps, done)));
  const most = spans.size === 0 ? trainLossSteps : Math.max(...spans);
  if (most === 1) return "of the only step";
  return `mean of the last ${most} steps${spans.size > 1 ? ", or of all" : ""}`;
}
