import type { PhaseName } from "@beyond24/recipe";
import type { BaselineSummary, ModelSummary } from "./run_summary.ts";

/**
 * Compares a model with its dense twin.
 *
 * Times are compared by the median step of each phase, weighted by its steps, so that a pause of the machine during one
 * step does not decide. `twin.phases` must be cut at the same steps as `main.phases`.
 *
 * @param main The model with sparse steps
 * @param twin The dense twin
 * @returns The twin's summary with speed-up and relative loss
 */
export function summarizeBaseline(main: ModelSummary, twin: ModelSummary): BaselineSummary {
  const all = stepTimes(main, twin);
  const sparse = stepTimes(main, twin, "sparse");
  return {
    ...twin,
    phases: twin.phases.map((phase) => ({ ...phase, phase: "dense" as const })),
    speedup: ratio(all),
    sparse_step_speedup: ratio(sparse),
    relative_val_loss: main.val_loss === null || twin.val_loss === null ? null : main.val_loss / twin.val_loss - 1,
  };
}

/** Something with a summary of each phase. */
export type PhaseTimes = Pick<ModelSummary, "phases">;

/** Milliseconds that a model and its twin take for the same steps. */
export interface StepTimes {
  /** Of the model. */
  readonly main: number;
  /** Of the dense twin. */
  readonly twin: number;
}

/**
 * The two times whose ratio is a speed-up: the median step of each phase that both have begun, times its steps.
 *
 * @param main The model with sparse steps
 * @param twin The dense twin
 * @param phase Takes phases of this name alone
 * @returns Both times; zero when there is no such phase
 */
export function stepTimes(main: PhaseTimes, twin: PhaseTimes, phase?: PhaseName): StepTimes {
  const times = { main: 0, twin: 0 };
  for (const [index, ours] of main.phases.entries()) {
    const theirs = twin.phases[index];
    if (theirs === undefined || (phase !== undefined && ours.phase !== phase)) continue;
    times.main += ours.steps * ours.median_step_ms;
    times.twin += ours.steps * theirs.median_step_ms;
  }
  return times;
}

function ratio({ main, twin }: StepTimes): number | null {
  return main > 0 ? twin / main : null;
}
