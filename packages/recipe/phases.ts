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
 * @throws {TypeError} If it is no list of phases
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
  if (!Array.isArray(recipe)) {
    throw new TypeError(
      `Cannot read recipe as it must be a list of phases: current value is ${JSON.stringify(recipe)}`,
    );
  }
  const parts: Recipe = recipe;
  for (const part of parts) {
    const { phase, steps } = part ?? {};
    if (phase !== "dense" && phase !== "sparse") {
      throw new TypeError(
        `Cannot read recipe as a phase must be dense or sparse: current value is ${JSON.stringify(part)}`,
      );
    }
    checkInteger(steps, `the length of a ${phase} phase`, 0, "read recipe");
    spans.push({ phase, start, end: start + steps });
    start += steps;
  }
  return spans;
}

/**
 * Counts the steps of a recipe, or those of one kind of phase.
 *
 * @param recipe The phases, in order
 * @param phase Count only the steps of this kind
 * @returns Number of steps
 * @throws {RangeError} If a phase has a length that is not an integer >= 0
 *
 * @example Count steps
 * ```ts
 * import { recipes, recipeSteps } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(recipeSteps(recipes["llama-1b"]), 60_000);
 * assertEquals(recipeSteps(recipes["llama-1b"], "sparse"), 29_000);
 * ```
 */
export function recipeSteps(recipe: Recipe, phase?: PhaseName): number {
  return phaseSpans(recipe)
    .filter((span) => phase === undefined || span.phase === phase)
    .reduce((sum, { start, end }) => sum + end - start, 0);
}

/**
 * The phase in which a step runs.
 *
 * Steps count from 0: in `[{ dense, 1000 }, { sparse, 29000 }]` step 999 is the last dense one and step 1000 the first
 * sparse one. The answer depends on `step` only, so a resumed run switches where an uninterrupted one does.
 *
 * @param recipe The phases, in order
 * @param step Index of the step, from 0
 * @returns The name of the phase
 * @throws {RangeError} If `step` is not an integer in [0, {@linkcode recipeSteps}), or a phase has a bad length
 *
 * @example Find the phase of a step
 * ```ts
 * import { phaseAt } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }] as const;
 * assertEquals(phaseAt(recipe, 1), "dense");
 * assertEquals(phaseAt(recipe, 2), "sparse");
 * ```
 */
export function phaseAt(recipe: Recipe, step: number): PhaseName {
  const spans = phaseSpans(recipe);
  const total = spans.at(-1)?.end ?? 0;
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new RangeError(`Cannot find the phase of a step as it must be an integer >= 0: current value is ${step}`);
  }
  for (const span of spans) if (step < span.end) return span.phase;
  throw new RangeError(
    `Cannot find the phase of a step as the recipe ends after ${total} steps: current value is ${step}`,
  );
}

/**
 * The phase of the last of so many steps, and so how a model is to be used that has done them; dense before the first
 * step.
 *
 * @param recipe The phases, in order
 * @param steps Steps done
 * @returns The name of the phase
 * @throws {RangeError} If `steps` is not an integer in [0, {@linkcode recipeSteps}]
 *
 * @example Use a model as it was trained last
 * ```ts
 * import { phaseAfter } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }] as const;
 * assertEquals([0, 2, 3].map((steps) => phaseAfter(recipe, steps)), ["dense", "dense", "sparse"]);
 * ```
 */
export function phaseAfter(recipe: Recipe, steps: number): PhaseName {
  return steps === 0 ? "dense" : phaseAt(recipe, steps - 1);
}

/**
 * Shortens or lengthens a recipe to a number of steps and keeps the proportions of its phases.
 *
 * Every boundary moves to `floor(boundary * steps / total + 1/2)`, so the lengths add up to `steps` exactly. A recipe
 * that begins with dense steps keeps at least one of them: the neurons are clustered in front of the first sparse step,
 * and weights that nothing has trained yet have no clusters.
 *
 * @param recipe The phases, in order
 * @param steps Wanted number of steps, an integer >= 0
 * @returns A recipe of `steps` steps with the same phases, of which some may have become empty
 * @throws {RangeError} If `steps` is not an integer >= 0 or the recipe has no steps
 *
 * @example Try a long recipe in few steps
 * ```ts
 * import { recipes, scaleRecipe } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(scaleRecipe(recipes["llama-1b"], 120), [
 *   { phase: "dense", steps: 2 },
 *   { phase: "sparse", steps: 58 },
 *   { phase: "dense", steps: 60 },
 * ]);
 * ```
 */
export function scaleRecipe(recipe: Recipe, steps: number): Recipe {
  checkInteger(steps, "the number of steps", 0, "scale recipe");
  const total = recipeSteps(recipe);
  if (total === 0) throw new RangeError("Cannot scale recipe as it must have steps: current value is 0");
  const spans = phaseSpans(recipe);
  const least = spans.find(({ start, end }) => start < end)?.phase === "dense" ? Math.min(1, steps) : 0;
  const boundary = (step: number) => step === 0 ? 0 : Math.max(least, Math.floor(step * steps / total + 0.5));
  return spans.map(({ phase, start, end }) => ({ phase, steps: boundary(end) - boundary(start) }));
}

/**
 * Cuts a recipe off after a number of steps, or lengthens its last phase to it: every step that both have runs in the
 * same phase.
 *
 * @param recipe The phases, in order
 * @param steps Wanted number of steps, an integer >= 0
 * @returns A recipe of `steps` steps without empty phases
 * @throws {RangeError} If `steps` is not an integer >= 0, or the recipe has no phase to lengthen
 *
 * @example Go on for longer, and stop earlier
 * ```ts
 * import { resizeRecipe } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }] as const;
 * assertEquals(resizeRecipe(recipe, 9), [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 7 }]);
 * assertEquals(resizeRecipe(recipe, 1), [{ phase: "dense", steps: 1 }]);
 * ```
 */
export function resizeRecipe(recipe: Recipe, steps: number): Recipe {
  checkInteger(steps, "the number of steps", 0, "resize recipe");
  const spans = phaseSpans(recipe).filter(({ start, end }) => start < end);
  const last = spans.at(-1);
  if (last === undefined) throw new RangeError("Cannot resize recipe as it must have steps: current value is 0");
  return spans
    .map((span) => ({ phase: span.phase, steps: (span === last ? steps : Math.min(span.end, steps)) - span.start }))
    .filter((phase) => phase.steps > 0);
}

/**
 * The first step at which two recipes differ.
 *
 * @param a A recipe
 * @param b Another one
 * @returns Index of the step from 0, at most the length of the shorter one
 *
 * @example Compare
 * ```ts
 * import { firstDifference } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }] as const;
 * assertEquals(firstDifference(recipe, [{ phase: "dense", steps: 9 }]), 2);
 * assertEquals(firstDifference(recipe, [...recipe, { phase: "dense", steps: 1 }]), 5);
 * ```
 */
export function firstDifference(a: Recipe, b: Recipe): number {
  const [spansOfA, spansOfB] = [phaseSpans(a), phaseSpans(b)];
  const overlaps = spansOfA.flatMap((first) =>
    spansOfB.flatMap((second) => {
      const [start, end] = [Math.max(first.start, second.start), Math.min(first.end, second.end)];
      return first.phase !== second.phase && start < end ? [start] : [];
    })
  );
  return Math.min(...overlaps, spansOfA.at(-1)?.end ?? 0, spansOfB.at(-1)?.end ?? 0);
}
