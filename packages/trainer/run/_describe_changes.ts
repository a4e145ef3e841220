import { learningRateAt, type LearningRateSchedule, type Recipe } from "@beyond24/recipe";
import type { RunChange, RunConfig } from "@beyond24/run";
import { sessionConfig } from "../config/session_config.ts";

/** What the changes of a run mean for the steps to come, one sentence each. */
export function describeChanges(changes: readonly RunChange[], before: RunConfig, after: RunConfig): string[] {
  const sentences = changes.map(describeChange);
  const [change] = changes;
  if (change === undefined || change.step >= after.train.steps) return sentences;
  const rate = (schedule: LearningRateSchedule) => Number(learningRateAt(schedule, change.step).toPrecision(3));
  const [old, now] = [rate(sessionConfig(before).schedule), rate(sessionConfig(after).schedule)];
  if (old === now) return sentences;
  const { decay } = after.optimizer;
  const end = `the ${decay} decay ends at step ${after.train.steps}`;
  return [...sentences, `${end}: the learning rate of step ${change.step + 1} is ${now} instead of ${old}`];
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
