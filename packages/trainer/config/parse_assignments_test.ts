import { applyConfig, presetConfig, UsageError } from "@beyond24/run";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseAssignments } from "./parse_assignments.ts";

Deno.test("parseAssignments reads each kind of value", () => {
  const values = parseAssignments([
    "train.steps=2e2",
    "optimizer.learningRate = 3e-4",
    "train.baseline=true",
    "sparsity.plan=2:4",
    "data.paths=a=b.txt",
    'data.paths=["a.txt","b"]',
    "recipe=dense:2,sparse:3",
    "unknown.key=1",
  ]);
  assertEquals(values, {
    "train.steps": 200,
    "optimizer.learningRate": 3e-4,
    "train.baseline": true,
    "sparsity.plan": "2:4",
    "data.paths": ["a.txt", "b"],
    "recipe": [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }],
    "unknown.key": "1",
  });
  assertEquals(parseAssignments(["data.paths=a=b.txt"]), { "data.paths": ["a=b.txt"] });
});

Deno.test("parseAssignments refuses what has no value", () => {
  for (const text of ["train.steps", "=3", ""]) assertThrows(() => parseAssignments([text]), UsageError, "key=value");
});

Deno.test("a recipe outside of its grammar is refused with the grammar", () => {
  const tiny = presetConfig("tiny");
  for (const text of ["dense:2,sparse:", "dense:2:9", "dense:0x3", "dense:0"]) {
    const values = parseAssignments([`recipe=${text}`]);
    const error = assertThrows(() => applyConfig(tiny, values, "--set"), UsageError, `current value is ${text}`);
    assertStringIncludes(error.message, "phases such as dense:20,sparse:130,dense:150");
  }
});

Deno.test("a key that means something to JavaScript is refused like any other", () => {
  const values = parseAssignments(["__proto__=1"]);
  assertThrows(() => applyConfig(presetConfig("tiny"), values, "--set"), UsageError, "Cannot set __proto__");
});

Deno.test("a key of an older configuration is read, and means what it meant", () => {
  const tiny = presetConfig("tiny");
  const tokensOf = (...texts: string[]) => applyConfig(tiny, parseAssignments(texts), "--set").train.validationTokens;
  assertEquals(tokensOf("train.evaluateBatches=3"), 3 * 4 * 128);
  assertEquals(tokensOf("train.evaluateBatches=3", "train.batchSize=2", "model.sequenceLength=16"), 3 * 2 * 16);
  assertEquals(tokensOf("train.evaluateBatches=3", "train.validationTokens=7"), 7);
  assertEquals(tiny.train.validationTokens, 50 * 4 * 128, "as many as before");
  assertThrows(() => tokensOf("train.evaluateBatches=0"), UsageError, "train.evaluateBatches");
});
