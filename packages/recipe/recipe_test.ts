import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import fc from "fast-check";
import { isRecipe, mostSteps, parseRecipe } from "./recipe.ts";
import { recipes } from "./recipes.ts";

const phase = fc.record(
  { phase: fc.constantFrom("dense" as const, "sparse" as const), steps: fc.integer({ min: 1, max: 99_999 }) },
  { noNullPrototype: true },
);

Deno.test("parseRecipe reads what was written", () => {
  fc.assert(fc.property(fc.array(phase, { minLength: 1 }), (recipe) => {
    assertEquals(parseRecipe(recipe.map(({ phase, steps }) => `${phase}:${steps}`).join(", ")), recipe);
  }));
});

Deno.test("parseRecipe refuses everything outside of its grammar and shows the grammar", () => {
  const bad = [
    "",
    "dense",
    "dense:",
    ":2",
    "dense:2,",
    ",dense:2",
    "dense:2,sparse:",
    "dense:2:9",
    "dense:0",
    "dense:0,sparse:3",
    "dense:0x3",
    "dense:1e3",
    "dense:-1",
    "dense:+1",
    "dense:1.0",
    "dense:01",
    "dense: 2",
    "dense:1_000",
    "Dense:2",
    "__proto__:2",
    "dense:2;sparse:3",
    `dense:${mostSteps},sparse:1`,
    "dense:9007199254740992",
  ];
  for (const text of bad) {
    const { message } = assertThrows(() => parseRecipe(text), SyntaxError, "dense:20,sparse:130,dense:150");
    assert(message.endsWith(JSON.stringify(text)));
  }
  assertEquals(parseRecipe(`dense:${mostSteps}`), [{ phase: "dense", steps: mostSteps }]);
});

Deno.test("parseRecipe of any text gives a recipe or a SyntaxError", () => {
  const text = fc.oneof(fc.string(), fc.array(fc.constantFrom("dense", "sparse", ":", ",", "0", "7", " ")).map(String));
  fc.assert(fc.property(text, (text) => {
    try {
      assert(isRecipe(parseRecipe(text)));
    } catch (error) {
      assert(error instanceof SyntaxError);
    }
  }));
});

Deno.test("isRecipe takes phases of no steps among others, but nothing else", () => {
  for (const recipe of Object.values(recipes)) assert(isRecipe(recipe));
  assert(isRecipe([{ phase: "dense", steps: 0 }, { steps: 1, phase: "sparse" }]));
  const bad: unknown[] = [
    undefined,
    null,
    {},
    "dense:2",
    [],
    [null],
    [[]],
    [{ phase: "dense" }],
    [{ phase: "dense", steps: 0 }],
    [{ phase: "dense", steps: "2" }],
    [{ phase: "dense", steps: 1.5 }],
    [{ phase: "dense", steps: -1 }],
    [{ phase: "moist", steps: 1 }],
    [{ phase: "dense", steps: 1, other: 1 }],
    [{ phase: "dense", steps: mostSteps }, { phase: "sparse", steps: 1 }],
  ];
  for (const value of bad) assertFalse(isRecipe(value), JSON.stringify(value));
});
