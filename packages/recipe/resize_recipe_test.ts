import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { phaseAt } from "./phase_at.ts";
import { recipeSteps } from "./recipe_steps.ts";
import { firstDifference, resizeRecipe } from "./resize_recipe.ts";

const anyRecipe = fc.array(
  fc.record({ phase: fc.constantFrom("dense", "sparse"), steps: fc.integer({ min: 0, max: 9 }) }),
  { minLength: 1, maxLength: 5 },
).filter((recipe) => recipeSteps(recipe) > 0);

Deno.test("resizeRecipe has the steps that were asked for, and those it had before are the same", () => {
  fc.assert(fc.property(anyRecipe, fc.nat(50), (recipe, steps) => {
    const resized = resizeRecipe(recipe, steps);
    assertEquals(recipeSteps(resized), steps);
    for (let step = 0; step < Math.min(steps, recipeSteps(recipe)); step++) {
      assertEquals(phaseAt(resized, step), phaseAt(recipe, step));
    }
    assertEquals(firstDifference(recipe, resized), Math.min(steps, recipeSteps(recipe)));
  }));
});

Deno.test("firstDifference is that of comparing step by step", () => {
  fc.assert(fc.property(anyRecipe, anyRecipe, (a, b) => {
    const common = Math.min(recipeSteps(a), recipeSteps(b));
    let step = 0;
    while (step < common && phaseAt(a, step) === phaseAt(b, step)) step++;
    assertEquals(firstDifference(a, b), step);
  }));
});

Deno.test("resizeRecipe refuses what has no phase to lengthen", () => {
  assertThrows(() => resizeRecipe([{ phase: "dense", steps: 0 }], 4), RangeError, "must have steps");
  assertThrows(() => resizeRecipe([{ phase: "dense", steps: 1 }], 1.5), RangeError, "number of steps");
});
