import { type Phase, type PhaseName, phaseSpans } from "@beyond24/recipe";

/** Where a phase lies on the axis of steps. */
export interface PhaseRegion {
  /** How the FFN was computed. */
  readonly phase: PhaseName;
  /** Left edge: half a step before its first step. */
  readonly from: number;
  /** Right edge: half a step after its last step, or the last step that was done. */
  readonly to: number;
}

/** The phases that have begun, as regions behind a plot of steps 1 to `steps`. */
export function phaseRegions(recipe: readonly Phase[], steps: number): PhaseRegion[] {
  return phaseSpans(recipe)
    .filter(({ start, end }) => start < steps && end > start)
    .map(({ phase, start, end }) => ({ phase, from: start + 0.5, to: Math.min(end, steps) + 0.5 }));
}
