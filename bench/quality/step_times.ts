import type { PhaseName } from "@beyond24/recipe";
import type { PhaseSummary } from "@beyond24/run";
import type { ReproduceContext } from "./context.ts";
import { type QualityJob, recipeOf, timedSteps } from "./jobs.ts";
import type { ResultRow, StepTimes } from "./result_row.ts";

const kinds = ["dense", "sparse"] as const;

/** Steps of one kind in a row. */
type PhaseSteps = Pick<PhaseSummary, "phase" | "steps">;

/** Phases of a recipe such as `dense:100,sparse:1900`. */
export function phasesOf(recipe: string): PhaseSteps[] {
  return recipe.split(",").flatMap((part) => {
    const [phase, steps] = part.split(":");
    return phase === "dense" || phase === "sparse" ? [{ phase, steps: Number(steps) }] : [];
  });
}

/** Steps of each kind in a recipe. */
export function countSteps(recipe: string): Readonly<Record<PhaseName, number>> {
  const counts = { dense: 0, sparse: 0 };
  for (const { phase, steps } of phasesOf(recipe)) counts[phase] += steps;
  return counts;
}

function longestPhase<Some extends PhaseSteps>(
  phases: readonly Some[],
  kind: PhaseName,
): Some | undefined {
  return phases.filter(({ phase }) => phase === kind).toSorted((a, b) => b.steps - a.steps)[0];
}

/** Times of steps in a run: medians of the longest phase of each kind. */
export function timesInRun(phases: readonly PhaseSummary[]): StepTimes {
  const median = (kind: PhaseName) => longestPhase(phases, kind)?.median_step_ms;
  return { dense: median("dense") ?? NaN, sparse: median("sparse") ?? null };
}

/**
 * Whether the steps of a run time it: it has the device to itself, and as many steps of each kind as the short run that
 * measures times.
 */
export function isTimedInRun(
  { runs_at_once, recipe, phases }: Pick<ResultRow, "runs_at_once" | "recipe"> & {
    readonly phases: readonly PhaseSteps[];
  },
): boolean {
  if (runs_at_once > 1) return false;
  const counts = countSteps(recipe);
  return kinds.every((kind) => counts[kind] === 0 || (longestPhase(phases, kind)?.steps ?? 0) >= timedSteps[kind]);
}

/** A phase with the milliseconds that each of its steps takes. */
export interface TimedPhase extends PhaseSteps {
  readonly stepMs: number;
}

/**
 * Steps of a phase from which on it has a time of its own: the first ones of a process are slow while it is compiled.
 */
const leastSteps = 100;

/**
 * The phases of a run with times of steps that had the device to themselves: medians of the phase, or of the longest
 * one of its kind where it has few steps; of the short run that measures times where the run does not.
 */
export function timedPhases(row: Pick<ResultRow, "runs_at_once" | "recipe" | "phases" | "step_ms">): TimedPhase[] {
  const inRun = isTimedInRun(row);
  const usual = inRun ? timesInRun(row.phases) : row.step_ms;
  return phasesOf(row.recipe).map(({ phase, steps }, index) => {
    const own = inRun && steps >= leastSteps ? row.phases[index]?.median_step_ms : undefined;
    return { phase, steps, stepMs: own ?? usual[phase] ?? usual.dense };
  });
}

/** Whether a job will time its own steps. */
export function timesItself(job: QualityJob, { atOnce }: Pick<ReproduceContext, "atOnce">): boolean {
  const recipe = recipeOf(job);
  return isTimedInRun({ runs_at_once: atOnce, recipe, phases: phasesOf(recipe) });
}

/** Seconds of all steps of a recipe. */
export function stepSeconds(recipe: string, times: StepTimes): number {
  const { dense, sparse } = countSteps(recipe);
  return (dense * times.dense + sparse * (times.sparse ?? times.dense)) / 1000;
}
