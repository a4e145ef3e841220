import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decayShapes, learningRateAt, type LearningRateSchedule } from "./learning_rate_at.ts";
import { recipeSteps } from "./phases.ts";
import { trainingPresets } from "./training_presets.ts";

const schedule: LearningRateSchedule = { peak: 8, finalRatio: 0.25, warmupSteps: 4, totalSteps: 12 };

Deno.test("learningRateAt warms up linearly and decays as a cosine", () => {
  assertEquals([0, 1, 2, 3, 4].map((step) => learningRateAt(schedule, step)), [2, 4, 6, 8, 8]);
  assertAlmostEquals(learningRateAt(schedule, 8), 5);
  assertAlmostEquals(learningRateAt(schedule, 6), 8 * (0.25 + 0.75 * (1 + Math.SQRT1_2) / 2));
  assertEquals(learningRateAt(schedule, 12), 2);
  assertEquals(learningRateAt(schedule, 1e9), 2);
});

Deno.test("learningRateAt stays at its peak until the decay begins, which may be linear", () => {
  const stable: LearningRateSchedule = { ...schedule, decay: "linear", decayRatio: 0.5 };
  assertEquals([3, 4, 5, 6].map((step) => learningRateAt(stable, step)), [8, 8, 8, 8]);
  assertEquals([7, 8, 9, 12].map((step) => learningRateAt(stable, step)), [7, 6, 5, 2]);
  assertAlmostEquals(learningRateAt({ ...schedule, decayRatio: 0.5 }, 9), 5);
  assertEquals([11, 12].map((step) => learningRateAt({ ...schedule, decayRatio: 0 }, step)), [8, 2]);
  const all: LearningRateSchedule = { ...schedule, decay: "linear" };
  assertEquals([4, 8, 12].map((step) => learningRateAt(all, step)), [8, 5, 2]);
});

Deno.test("the last of N steps, N - 1, is one step of the decay above its end, as in torch's CosineAnnealingLR", () => {
  const torch = (step: number) => 2 + (8 - 2) * (1 + Math.cos(Math.PI * step / 12)) / 2;
  const steps = Array.from({ length: 12 }, (_, step) => step);
  for (const step of steps) {
    assertAlmostEquals(learningRateAt({ ...schedule, warmupSteps: 0 }, step), torch(step), 1e-14);
  }
  assert(learningRateAt(schedule, 11) > learningRateAt(schedule, 12));
});

Deno.test("learningRateAt never grows after the warm-up and stays within its bounds", () => {
  const anySchedule = fc.record({
    peak: fc.double({ min: 0, max: 1, noNaN: true }),
    finalRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    warmupSteps: fc.nat(20),
    totalSteps: fc.integer({ min: 20, max: 60 }),
    decay: fc.constantFrom(...decayShapes),
    decayRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(fc.property(anySchedule, fc.nat(80), (schedule, step) => {
    const rate = learningRateAt(schedule, step);
    const next = learningRateAt(schedule, step + 1);
    assert(rate >= 0 && rate <= schedule.peak * (1 + 1e-15));
    if (step >= schedule.warmupSteps) assert(next <= rate * (1 + 1e-12));
    if (step + 1 < schedule.warmupSteps) assert(next >= rate);
  }));
});

Deno.test("learningRateAt works without a warm-up and with nothing else", () => {
  assertEquals(learningRateAt({ ...schedule, warmupSteps: 0 }, 0), 8);
  assertEquals(learningRateAt({ ...schedule, warmupSteps: 12 }, 11), 8);
  assertEquals(learningRateAt({ ...schedule, warmupSteps: 12 }, 12), 2);
});

Deno.test("learningRateAt refuses bad schedules and steps", () => {
  const bad: [Partial<LearningRateSchedule>, string][] = [
    [{ peak: -1 }, "peak"],
    [{ peak: NaN }, "peak"],
    [{ finalRatio: 1.5 }, "finalRatio must be a finite number between 0 and 1: current value is 1.5"],
    [{ warmupSteps: 13 }, "warmupSteps must be <= 12: current value is 13"],
    [{ warmupSteps: -1 }, "warmupSteps"],
    [{ totalSteps: 0 }, "totalSteps"],
    [{ decayRatio: 1.5 }, "decayRatio must be a finite number between 0 and 1: current value is 1.5"],
  ];
  for (const [change, message] of bad) {
    assertThrows(() => learningRateAt({ ...schedule, ...change }, 0), RangeError, message);
  }
  assertThrows(() => learningRateAt(schedule, -1), RangeError, "step");
});

Deno.test("trainingPresets decay over exactly their recipe, at the paper's peak rates", () => {
  for (const { schedule, recipe } of Object.values(trainingPresets)) {
    assertEquals(schedule.totalSteps, recipeSteps(recipe));
  }
  assertEquals(trainingPresets["llama-1b"].schedule.peak, 3e-4);
  assertEquals(trainingPresets["llama-7b"].schedule.peak, 4e-4);
});
