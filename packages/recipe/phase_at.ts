import { phaseSpans } from "./phase_spans.ts";
import type { PhaseName, Recipe } from "./recipe.ts";

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
 * The phase of the last of so many steps, and so how a model is to be used that has done them; dense before the first step.
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
