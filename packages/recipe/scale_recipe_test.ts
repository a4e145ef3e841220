import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { recipeSteps } from "./recipe_steps.ts";
import { recipes } from "./recipes.ts";
import { scaleRecipe } from "./scale_recipe.ts";

Deno.test("scaleRecipe keeps phases and proportions and has exactly the wanted number of steps", () => {
  fc.assert(fc.property(fc.constantFrom(...Object.values(recipes)), fc.nat(100_000), (recipe, steps) => {
    const scaled = scaleRecipe(recipe, steps);
    assertEquals(recipeSteps(scaled), steps);
    assertEquals(scaled.map(({ phase }) => phase), recipe.map(({ phase }) => phase));
    const total = recipeSteps(recipe);
    scaled.forEach((part, index) => {
      assert(Math.abs(part.steps - (recipe[index]?.steps ?? NaN) * steps / total) <= 1);
    });
  }));
});

Deno.test("scaleRecipe leaves a recipe of the same length alone", () => {
  for (const recipe of Object.values(recipes)) assertEquals(scaleRecipe(recipe, recipeSteps(recipe)), recipe);
});

Deno.test("scaleRecipe refuses empty recipes and bad lengths", () => {
  assertThrows(() => scaleRecipe([], 10), RangeError, "must have steps");
  assertThrows(() => scaleRecipe(recipes.tiny, 1.5), RangeError, "current value is 1.5");
});
