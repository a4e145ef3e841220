import { decayStart, learningRateAt, type LearningRateSchedule, type Recipe } from "@beyond24/recipe";
import type { RunChange, RunConfig } from "@beyond24/run";
import { sessionConfig } from "../config/session_config.ts";

/** What the changes of a run mean for the steps to come, one sentence each. */
export function describeChanges(changes: readonly RunChange[], before: RunConfig, after: RunConfig): string[] {
  const sentences = changes.map(describeChange);
  const [change] = changes;
  if (change === undefined || change.step >= after.train.steps) return sentences;
  return [...sentences, ...describeRate(change.step, sessionConfig(before).schedule, sessionConfig(after).schedule)];
}

/** What becomes of the learning rate at a step; nothing where it stays. */
function describeRate(step: number, before: LearningRateSchedule, after: LearningRateSchedule): string[] {
  const rate = (schedule: LearningRateSchedule, at = step) => Number(learningRateAt(schedule, at).toPrecision(3));
  const [old, now] = [rate(before), rate(after)];
  if (old === now) return [];
  const place = `the learning rate of step ${step + 1}`;
  const { decay, decayRatio = 1, totalSteps } = after;
  const last = Math.floor(decayStart(before));
  const wasStable = (before.decayRatio ?? 1) < 1 && rate(before, last) === rate(after, last);
  if (!wasStable || now < old) {
    return [`the ${decay} decay ends at step ${totalSteps}: ${place} is ${now} instead of ${old}`];
  }
  return [
    `${place} jumps back to ${now}, where it was to be ${old}, and falls over the last ${decayRatio} of ${totalSteps} ` +
    `steps; from a checkpoint of step ${last} or before it would not jump`,
  ];
}

function describeChange({ step, key, before, after }: RunChange): string {
  if (key === "device") return `from step ${step + 1} on computed by ${after}, before by ${before}`;
  const [old, now] = key === "recipe"
    ? [phasesOf(before as Recipe), phasesOf(after as Recipe)]
    : [JSON.stringify(before), JSON.stringify(after)];
  return `${key} is ${now} from step ${step + 1} on, before ${old}`;
}

function phasesOf(recipe: Recipe): string {
  return recipe.filter(({ steps }) => steps > 0).map(({ phase, steps }) => `${steps} ${phase}`).join(" → ");
}
