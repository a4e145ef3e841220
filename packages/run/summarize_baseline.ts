import type { BaselineSummary, ModelSummary, PhaseSummary } from "./run_summary.ts";

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
  const pairs = main.phases.flatMap((phase, index) => {
    const other = twin.phases[index];
    return other === undefined ? [] : [{ phase, other }];
  });
  const sparse = pairs.filter(({ phase }) => phase.phase === "sparse");
  return {
    ...twin,
    phases: twin.phases.map((phase) => ({ ...phase, phase: "dense" as const })),
    speedup: ratio(pairs),
    sparse_step_speedup: ratio(sparse),
    relative_val_loss: main.val_loss === null || twin.val_loss === null ? null : main.val_loss / twin.val_loss - 1,
  };
}

function ratio(pairs: readonly { phase: PhaseSummary; other: PhaseSummary }[]): number | null {
  if (pairs.length === 0) return null;
  const time = (of: (pair: { phase: PhaseSummary; other: PhaseSummary }) => PhaseSummary) =>
    pairs.reduce((sum, pair) => sum + pair.phase.steps * of(pair).median_step_ms, 0);
  return time(({ other }) => other) / time(({ phase }) => phase);
}
