import { assertEquals, assertStringIncludes } from "@std/assert";
import { microConfig } from "../_testing.ts";
import { describeHeader } from "./describe_header.ts";

Deno.test("describeHeader counts in words that agree", () => {
  const config = microConfig("/nowhere", { "sparsity.m": 4, recipe: [{ phase: "sparse", steps: 1 }] });
  const text = describeHeader({
    config,
    folder: "runs/a",
    device: "a device",
    parameters: 1234,
    texts: 1,
    trainTokens: 1,
    validationTokens: 2,
    resumedAt: 0,
    notes: ["said before"],
  });
  for (
    const part of ["1,234 parameters, 1 layer, ", "1 text, 1 token to train on", "1 step of 32 tokens", " 1 expert\n"]
  ) {
    assertStringIncludes(text, part);
  }
  assertEquals(text.split("\n").length, 8);
});
