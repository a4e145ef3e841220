import { checkInteger } from "./_check.ts";
import { phaseSpans } from "./phase_spans.ts";
import type { Recipe } from "./recipe.ts";

/**
 * Cuts a recipe off after a number of steps, or lengthens its last phase to it: every step that both have runs in the same phase.
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
