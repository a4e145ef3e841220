import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { firstDifference, phaseAt, phaseSpans, recipeSteps, resizeRecipe, scaleRecipe } from "./phases.ts";
import type { Recipe } from "./recipe.ts";
import { recipes } from "./recipes.ts";

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

const withSteps = anyRecipe.filter((recipe) => recipeSteps(recipe) > 0);

Deno.test("resizeRecipe has the steps that were asked for, and those it had before are the same", () => {
  fc.assert(fc.property(withSteps, fc.nat(50), (recipe, steps) => {
    const resized = resizeRecipe(recipe, steps);
    assertEquals(recipeSteps(resized), steps);
    for (let step = 0; step < Math.min(steps, recipeSteps(recipe)); step++) {
      assertEquals(phaseAt(resized, step), phaseAt(recipe, step));
    }
    assertEquals(firstDifference(recipe, resized), Math.min(steps, recipeSteps(recipe)));
  }));
});

Deno.test("firstDifference is that of comparing step by step", () => {
  fc.assert(fc.property(withSteps, withSteps, (a, b) => {
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

Deno.test("what is no list of phases is refused with a TypeError", () => {
  const bad: unknown[] = [undefined, null, "dense:2", {}, new Float32Array(2), [null], [{ steps: 1 }], [{
    phase: "moist",
    steps: 1,
  }]];
  for (const recipe of bad) {
    for (
      const read of [
        phaseSpans,
        recipeSteps,
        (value: Recipe) => scaleRecipe(value, 2),
        (value: Recipe) => phaseAt(value, 0),
      ]
    ) {
      assertThrows(() => read(recipe as Recipe), TypeError, "Cannot read recipe as");
    }
  }
});
