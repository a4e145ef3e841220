import { phaseSpans } from "./phase_spans.ts";
import type { PhaseName, Recipe } from "./recipe.ts";

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
