import { applyConfig, presetConfig } from "@beyond24/run";
import { assertEquals } from "@std/assert";
import { describeChanges } from "./_describe_changes.ts";

Deno.test("a note on another learning rate says that it jumps back, or where its curve ends, and is not made where it is the same", () => {
  const notesAfter = (step: number, optimizer: Record<string, string | number>) => {
    const before = applyConfig(presetConfig("llama-125m"), { "train.steps": 100, ...optimizer }, "a test");
    const after = applyConfig(before, { "train.steps": 200 }, "a test");
    const change = { step, key: "train.steps", before: 100, after: 200 };
    return describeChanges([change], before, after).slice(1);
  };
  const cosine = { "optimizer.decay": "cosine", "optimizer.decayRatio": 1 };
  assertEquals(notesAfter(90, {}), [
    "the learning rate of step 91 jumps back to 0.0006, where it was to be 0.00033, and falls over the last 0.2 of 200 " +
    "steps; from a checkpoint of step 80 or before it would not jump",
  ]);
  assertEquals(notesAfter(80, {}), []);
  assertEquals(notesAfter(50, {}), []);
  assertEquals(notesAfter(50, cosine), [
    "the cosine decay ends at step 200: the learning rate of step 51 is 0.000534 instead of 0.000343",
  ]);
});
