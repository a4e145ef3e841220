import { UsageError } from "@beyond24/run";
import { assertEquals, assertThrows } from "@std/assert";
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
