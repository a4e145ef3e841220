import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { boundaryAt, type Cadence, nextBoundary } from "./boundaries.ts";
import { phaseAt, recipeSteps } from "./phases.ts";
import type { Recipe } from "./recipe.ts";

const recipe: Recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 5 }, { phase: "dense", steps: 2 }, {
  phase: "sparse",
  steps: 4,
}];

Deno.test("nextBoundary: every step of a run at which something is due", () => {
  const cadence = { recipe, clusterEvery: 3, readEvery: 4, evaluateEvery: 6, checkpointEvery: 5 };
  const found = [];
  for (let step = 0; step < 13;) {
    const boundary = nextBoundary(cadence, step);
    step = boundary.step;
    found.push([step, ...Object.keys(boundary).filter((key) => Object(boundary)[key] === true)].join(" "));
  }
  assertEquals(found, [
    "2 switches clusters", // the first sparse step
    "4 reads",
    "5 saves clusters", // three sparse steps are done
    "6 evaluates",
    "7 switches",
    "8 reads",
    "9 switches", // five sparse steps are done
    "10 saves clusters", // six are
    "12 reads evaluates",
    "13 reads evaluates saves", // the end
  ]);
});

Deno.test("boundaryAt: an empty sparse phase clusters nothing, a first sparse step counts as a switch", () => {
  const empty = boundaryAt({ recipe: [{ phase: "sparse", steps: 0 }, { phase: "dense", steps: 1 }] }, 0);
  assertEquals([empty.clusters, empty.switches], [false, false]);
  const first = boundaryAt({ recipe: [{ phase: "sparse", steps: 2 }] }, 0);
  assertEquals([first.clusters, first.switches, first.reads, first.saves], [true, true, false, false]);
});

const anyRecipe = fc.array(
  fc.record({ phase: fc.constantFrom("dense", "sparse"), steps: fc.integer({ min: 0, max: 12 }) }),
  { minLength: 1, maxLength: 5 },
).filter((phases) => recipeSteps(phases) > 0);
const anyCadence: fc.Arbitrary<Cadence> = fc.record({
  recipe: anyRecipe,
  clusterEvery: fc.integer({ min: 0, max: 7 }),
  readEvery: fc.integer({ min: 0, max: 7 }),
  evaluateEvery: fc.integer({ min: 0, max: 7 }),
  checkpointEvery: fc.integer({ min: 0, max: 7 }),
});

Deno.test("nextBoundary passes over no step at which something is due, and stops at no other", () => {
  fc.assert(fc.property(anyCadence, (cadence) => {
    const total = recipeSteps(cadence.recipe);
    const isDue = (step: number) => {
      const { reads, evaluates, saves, switches, clusters } = boundaryAt(cadence, step);
      return reads || evaluates || saves || switches || clusters;
    };
    for (let step = 0; step < total; step++) {
      const { step: next } = nextBoundary(cadence, step);
      for (let between = step + 1; between < next; between++) assert(!isDue(between), `step ${between} is passed over`);
      const ends = cadence.recipe.some((_, index) => recipeSteps(cadence.recipe.slice(0, index + 1)) === next);
      assert(isDue(next) || ends, `nothing is due at step ${next}`);
    }
  }));
});

Deno.test("one interval does not move what another one says", () => {
  fc.assert(fc.property(anyCadence, fc.nat(60), (cadence, at) => {
    const step = at % (recipeSteps(cadence.recipe) + 1);
    const alone = boundaryAt({ recipe: cadence.recipe, clusterEvery: cadence.clusterEvery ?? 0 }, step);
    const { clusters, switches, phase } = boundaryAt(cadence, step);
    assertEquals([clusters, switches, phase], [alone.clusters, alone.switches, alone.phase]);
  }));
});

Deno.test("boundaryAt: clusterings are those of counting sparse steps one by one", () => {
  fc.assert(fc.property(anyCadence, (cadence) => {
    const { recipe, clusterEvery = 0 } = cadence;
    let sparse = 0;
    for (let step = 0; step < recipeSteps(recipe); step++) {
      const isSparse = phaseAt(recipe, step) === "sparse";
      const expected = isSparse && (sparse === 0 || (clusterEvery > 0 && sparse % clusterEvery === 0));
      assertEquals(boundaryAt(cadence, step).clusters, expected, `step ${step}`);
      if (isSparse) sparse++;
    }
  }));
});

Deno.test("boundaries refuse what is no step and no interval", () => {
  assertThrows(() => boundaryAt({ recipe, readEvery: -1 }, 0), RangeError, "readEvery");
  assertThrows(() => boundaryAt({ recipe, evaluateEvery: 1.5 }, 0), RangeError, "evaluateEvery");
  assertThrows(() => boundaryAt({ recipe }, 14), RangeError, "the recipe ends after 13 steps");
  assertThrows(() => nextBoundary({ recipe }, 13), RangeError, "the recipe ends after 13 steps");
  assertThrows(() => nextBoundary({ recipe }, NaN), RangeError, "number of steps done");
});
