import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { phaseAt } from "./phase_at.ts";
import { phaseSpans } from "./phase_spans.ts";
import { recipeSteps } from "./recipe_steps.ts";
import { recipes } from "./recipes.ts";
import type { Recipe } from "./recipe.ts";

const anyRecipe: fc.Arbitrary<Recipe> = fc.array(
  fc.record({ phase: fc.constantFrom("dense" as const, "sparse" as const), steps: fc.nat(20) }),
  { maxLength: 6 },
);

Deno.test("phaseAt switches exactly at the boundaries of the paper's recipes", () => {
  const recipe = recipes["llama-1b"];
  assertEquals([0, 999, 1000, 29_999, 30_000, 59_999].map((step) => phaseAt(recipe, step)), [
    "dense",
    "dense",
    "sparse",
    "sparse",
    "dense",
    "dense",
  ]);
  assertEquals(recipeSteps(recipes["llama-7b"]), 48_000);
  assertEquals(recipeSteps(recipes["llama-7b"], "dense"), 39_000);
});

Deno.test("phaseAt equals the list of phases written out step by step", () => {
  fc.assert(fc.property(anyRecipe, (recipe) => {
    const written = recipe.flatMap(({ phase, steps }) => new Array(steps).fill(phase));
    assertEquals(written.map((_, step) => phaseAt(recipe, step)), written);
    assertEquals(recipeSteps(recipe), written.length);
    assertEquals(recipeSteps(recipe, "sparse"), written.filter((phase) => phase === "sparse").length);
  }));
});

Deno.test("phaseAt passes over empty phases", () => {
  const recipe = [{ phase: "dense", steps: 0 }, { phase: "sparse", steps: 1 }] as const;
  assertEquals(phaseAt(recipe, 0), "sparse");
  assertEquals(phaseSpans(recipe)[0], { phase: "dense", start: 0, end: 0 });
});

Deno.test("phaseAt refuses steps outside of the recipe", () => {
  const recipe = [{ phase: "dense", steps: 3 }] as const;
  for (const step of [-1, 0.5, NaN, Infinity]) assertThrows(() => phaseAt(recipe, step), RangeError, "integer >= 0");
  assertThrows(() => phaseAt(recipe, 3), RangeError, "ends after 3 steps: current value is 3");
  assertThrows(() => phaseAt([], 0), RangeError, "ends after 0 steps");
  assertThrows(() => phaseAt([{ phase: "dense", steps: -1 }], 0), RangeError, "length of a dense phase");
});
