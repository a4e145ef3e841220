import { assertEquals } from "@std/assert";
import { readFacts, readPoints, readResult } from "./run_files.ts";

Deno.test("readPoints takes what a run measured and null for what it did not", () => {
  const [point] = readPoints([{ step: 7, phase: "sparse", loss: 2.5, expert_load_max: 9, val_loss: null, other: 1 }]);
  assertEquals(point, {
    step: 7,
    phase: "sparse",
    loss: 2.5,
    heldOutLoss: null,
    tokensPerSecond: null,
    zeros: null,
    loadMin: null,
    loadMean: null,
    loadMax: 9,
    flipRate: null,
  });
});

Deno.test("readFacts and readResult take the contract of a run, and survive what is not", () => {
  const recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }] as const;
  assertEquals(readFacts({ preset: "tiny", recipe, model: { layers: 4, dModel: 128, dFfn: 512 } }), {
    preset: "tiny",
    recipe: [...recipe],
    steps: 5,
    parameters: "4 layers of 128 features, 512 neurons",
  });
  for (const strange of [undefined, null, 3, "text", [], { recipe: "none", train: { steps: -1 } }]) {
    assertEquals([readFacts(strange).steps, readFacts(strange).recipe], [0, []]);
    assertEquals(readResult(strange).wallSeconds, null);
    assertEquals(readPoints(strange), []);
  }
});
