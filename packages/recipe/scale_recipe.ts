import { checkInteger } from "./_check.ts";
import { phaseSpans } from "./phase_spans.ts";
import { recipeSteps } from "./recipe_steps.ts";
import type { Recipe } from "./recipe.ts";

/**
 * Shortens or lengthens a recipe to a number of steps and keeps the proportions of its phases.
 *
 * Every boundary moves to `floor(boundary * steps / total + 1/2)`, so the lengths add up to `steps` exactly. A recipe that
 * begins with dense steps keeps at least one of them: the neurons are clustered in front of the first sparse step, and weights
 * that nothing has trained yet have no clusters.
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
