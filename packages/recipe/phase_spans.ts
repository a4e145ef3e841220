import { checkInteger } from "./_check.ts";
import type { PhaseName, Recipe } from "./recipe.ts";

/** A phase with its place in the run. */
export interface PhaseSpan {
  /** How the FFN of these steps is computed. */
  readonly phase: PhaseName;
  /** First step, counted from 0. */
  readonly start: number;
  /** First step after the phase. */
  readonly end: number;
}

/**
 * The phases of a recipe as half-open ranges of steps, for progress bars and shaded plots.
 *
 * @param recipe The phases, in order
 * @returns One span for each phase, empty phases included
 * @throws {RangeError} If a phase has a length that is not an integer >= 0
 *
 * @example Shade a plot
 * ```ts
 * import { phaseSpans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(phaseSpans([{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }]), [
 *   { phase: "dense", start: 0, end: 2 },
 *   { phase: "sparse", start: 2, end: 5 },
 * ]);
 * ```
 */
export function phaseSpans(recipe: Recipe): PhaseSpan[] {
  const spans: PhaseSpan[] = [];
  let start = 0;
  for (const { phase, steps } of recipe) {
    checkInteger(steps, `the length of a ${phase} phase`, 0, "read recipe");
    spans.push({ phase, start, end: start + steps });
    start += steps;
  }
  return spans;
}
