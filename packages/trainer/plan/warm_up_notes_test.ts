import { applyConfig, presetConfig } from "@beyond24/run";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { microConfig, microRun, withFolder } from "../_testing.ts";
import { describePlan } from "./describe_plan.ts";
import { runPlan } from "./run_plan.ts";
import { warmUpNotes } from "./warm_up_notes.ts";

Deno.test("a tiny run of 20 steps trains one dense step before it clusters, and the plan says so", () => {
  const config = applyConfig(presetConfig("tiny"), { "train.steps": 20 }, "--set");
  assertEquals(config.recipe.map(({ phase, steps }) => `${phase}:${steps}`).join(), "dense:1,sparse:9,dense:10");
  assertStringIncludes(describePlan(config, runPlan(config)), "1 dense step comes before the first sparse one");
  for (const preset of ["tiny", "small"]) assertEquals(warmUpNotes(presetConfig(preset).recipe), []);
});

Deno.test("a run that begins with one dense step says so in its header", () =>
  withFolder(async (folder) => {
    const notes: string[] = [];
    const config = microConfig(folder, { recipe: [{ phase: "dense", steps: 1 }, { phase: "sparse", steps: 2 }] });
    await microRun(config, {
      folder: join(folder, "run"),
      observer: { onHeader: (header) => void notes.push(...header.notes) },
    });
    assertEquals(notes, warmUpNotes(config.recipe));
    assertEquals(notes.length, 1);
  }));
