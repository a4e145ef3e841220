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

Deno.test("scaleRecipe rounds boundaries to the nearest step, halves up", () => {
  const thirds = [{ phase: "dense", steps: 1 }, { phase: "sparse", steps: 2 }] as const;
  assertEquals(scaleRecipe(thirds, 5).map(({ steps }) => steps), [2, 3]);
  assertEquals(scaleRecipe(thirds, 4).map(({ steps }) => steps), [1, 3]);
  const halves = [{ phase: "dense", steps: 1 }, { phase: "sparse", steps: 1 }] as const;
  assertEquals(scaleRecipe(halves, 3).map(({ steps }) => steps), [2, 1]);
});

Deno.test("scaleRecipe keeps a dense step in front of sparse ones however few there are, and adds none", () => {
  const lengths = (steps: number) => scaleRecipe(recipes.tiny, steps).map((phase) => phase.steps);
  assertEquals([lengths(20), lengths(3), lengths(2), lengths(1), lengths(0)], [
    [1, 9, 10],
    [1, 1, 1],
    [1, 0, 1],
    [1, 0, 0],
    [0, 0, 0],
  ]);
  const sparseFirst = [{ phase: "sparse", steps: 30 }, { phase: "dense", steps: 970 }] as const;
  assertEquals(scaleRecipe(sparseFirst, 10).map(({ steps }) => steps), [0, 10]);
  const emptyFirst = [{ phase: "sparse", steps: 0 }, { phase: "dense", steps: 1 }, {
    phase: "sparse",
    steps: 99,
  }] as const;
  assertEquals(scaleRecipe(emptyFirst, 10).map(({ steps }) => steps), [0, 1, 9]);
});

Deno.test("scaleRecipe refuses empty recipes and bad lengths", () => {
  assertThrows(() => scaleRecipe([], 10), RangeError, "must have steps");
  assertThrows(() => scaleRecipe(recipes.tiny, 1.5), RangeError, "current value is 1.5");
});
