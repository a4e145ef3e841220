import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { microConfig } from "../_testing.ts";
import { describeHeader } from "./describe_header.ts";

Deno.test("describeHeader counts in words that agree", () => {
  const config = microConfig("/nowhere", { "sparsity.m": 4, recipe: [{ phase: "sparse", steps: 1 }] });
  const text = describeHeader({
    config,
    folder: "runs/a",
    device: "a device",
    parameters: 1234,
    sources: [{ name: "a.txt", weight: 1, texts: 1, trainTokens: 64, validationTokens: 2 }],
    resumedAt: 0,
    notes: ["said before"],
  });
  for (
    const part of [
      "1,234 parameters, 1 layer, ",
      "1 text, 64 tokens to train on, 2 held out; 0.5 epochs, each without at most 31 tokens",
      "1 step of 32 tokens",
      ":2:4, 1 expert, 1 for each token (router: cosine)\n",
    ]
  ) {
    assertStringIncludes(text, part);
  }
  assertEquals(text.split("\n").length, 8);
});

Deno.test("describeHeader names blocks and experts of a plan that has a router alone", () => {
  const sparse = (plan: string, denseLayers = 0) => {
    const values = { "sparsity.plan": plan, "sparsity.denseLayers": denseLayers };
    const config = microConfig("/nowhere", { ...values, recipe: [{ phase: "sparse", steps: 1 }] });
    const header = { config, folder: "", device: "", parameters: 1, sources: [], resumedAt: 0, notes: [] };
    return describeHeader(header).split("\n").find((line) => line.startsWith("sparse"));
  };
  assertEquals(sparse("w1"), "sparse  w1");
  assertEquals(sparse("w1", 1), "sparse  w1, the first layer dense");
  assertMatch(sparse("paper", 6) ?? "", /, 1 for each token \(router: cosine\), the first 6 layers dense$/);
  assertMatch(sparse("paper") ?? "", /^sparse {2}paper, \d+:2:\d+, \d+ experts?, 1 for each token \(router: cosine\)$/);
});

Deno.test("describeHeader says of a mixture each source, its part and its epochs", () => {
  const source = { texts: 9, validationTokens: 64 };
  const text = describeHeader({
    config: microConfig("/nowhere"),
    folder: "runs/a",
    device: "a device",
    parameters: 1234,
    sources: [
      { ...source, name: "tokens/a", weight: 0.75, trainTokens: 144 },
      { ...source, name: "tokens/b", weight: 0.25, trainTokens: 96 },
    ],
    resumedAt: 0,
    notes: [],
  });
  assertStringIncludes(text, "data    75.0 % tokens/a: 9 texts, 144 tokens to train on, 64 held out; 2 epochs");
  assertStringIncludes(text, "\n        25.0 % tokens/b: 9 texts, 96 tokens to train on, 64 held out; 1 epoch,");
});
