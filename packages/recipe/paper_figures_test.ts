import { assert, assertAlmostEquals, assertLess } from "@std/assert";
import { llama405b, modelPresets } from "./model_presets.ts";
import type { ModelShape } from "./model_shape.ts";
import { paperFfnShare } from "./paper_flops.ts";
import { recipeSteps } from "./phases.ts";
import { recipes } from "./recipes.ts";
import { sparsityPlans } from "./sparsity_plans.ts";
import { endToEndSpeedup, ffnSpeedup, productSpeedups } from "./speedup.ts";
import { ffnShare, trainingFlops } from "./training_flops.ts";

// Every figure of the paper's section 3.2, section 5.1 and Table 2, as far as the stated formulae give it. README.md
// has the same as a table.

const oneB = modelPresets["llama-1b"];
const sevenB = modelPresets["llama-7b"];
/** Llama 3 8B, in whose shape (F = 3.5 D) some of the paper's figures come out. */
const eightB: ModelShape = { ...sevenB, dFfn: 14_336 };
const withoutGroups = (model: ModelShape): ModelShape => ({ ...model, kvHeads: model.heads });
const step = (share: number, kernelSpeedup: number) => endToEndSpeedup({ share, kernelSpeedup });
const paperFfnSpeedup = (venom: number) => ffnSpeedup(productSpeedups(sparsityPlans.paper, { "2:4 soft": 1.5, venom }));
const sparseFraction = (name: "llama-1b" | "llama-7b") =>
  recipeSteps(recipes[name], "sparse") / recipeSteps(recipes[name]);

Deno.test("'up to 80 %': the paper's share of the 405B model, with grouped-query attention", () => {
  assertAlmostEquals(paperFfnShare(llama405b), 0.821, 5e-4);
  assertAlmostEquals(paperFfnShare(withoutGroups(llama405b)), 0.709, 5e-4);
});

Deno.test("'up to 50 %' (abstract): two matrices, causal scores, no output head, 1B without grouped queries", () => {
  const { ffn, attentionProjections, attention } = trainingFlops(withoutGroups(oneB), 1).components;
  const share = ffn.denseEquivalent /
    (ffn.denseEquivalent + attentionProjections.denseEquivalent + attention.denseEquivalent);
  assertAlmostEquals(share, 0.5, 1e-4);
});

Deno.test("'1.2x' of 2:4 at 1.5x for 405B without GQA needs a share of 0.5: the formula gives 1.31x", () => {
  assertAlmostEquals(step(0.5, 1.5), 1.2);
  assertAlmostEquals(step(paperFfnShare(withoutGroups(llama405b)), 1.5), 1.31, 5e-3);
  const counted = ffnShare(withoutGroups(llama405b), { attention: "full" });
  assertAlmostEquals(step(counted, 1.5), 1.23, 5e-3);
  assertAlmostEquals(step(paperFfnShare(llama405b), 1.5), 1.38, 5e-3);
});

Deno.test("'2.6x' at 7x for 1B and 7B comes out with the FFN of Llama 3 8B; Table 1 gives 2.8x", () => {
  assertAlmostEquals(step(paperFfnShare(withoutGroups(eightB)), 7), 2.64, 5e-3);
  for (const model of [oneB, sevenB]) {
    assertAlmostEquals(step(paperFfnShare(withoutGroups(model)), 7), 2.8, 1e-9);
    assertAlmostEquals(step(paperFfnShare(model), 7), 3.44, 5e-3);
  }
});

Deno.test("'4.2x' at 7x for 405B needs a share of 0.889: the formula gives 3.38x", () => {
  assertAlmostEquals(step(0.8889, 7), 4.2, 2e-3);
  assertAlmostEquals(step(paperFfnShare(llama405b), 7), 3.38, 5e-3);
  assertAlmostEquals(step(paperFfnShare(llama405b), 14), 4.2, 0.05);
});

Deno.test("'2.2x per iteration': two products at 1.5x and four at 6x, kv heads a quarter of the heads", () => {
  assertAlmostEquals(paperFfnSpeedup(6), 3);
  assertAlmostEquals(step(paperFfnShare(oneB), paperFfnSpeedup(6)), 2.23, 5e-3);
  assertAlmostEquals(step(paperFfnShare(sevenB), paperFfnSpeedup(6)), 2.23, 5e-3);
  assertAlmostEquals(step(paperFfnShare(oneB), paperFfnSpeedup(7)), 2.3, 5e-3);
  assertAlmostEquals(step(paperFfnShare(withoutGroups(oneB)), paperFfnSpeedup(6)), 2, 1e-9);
});

Deno.test("'1.37x' with half of the steps sparse follows from 2.2x", () => {
  assertAlmostEquals(endToEndSpeedup({ share: 1, kernelSpeedup: 2.2, sparseFraction: 0.5 }), 1.375);
});

Deno.test("Table 2, 1B, '1.352': 29 of 60 thousand steps, FFN of Llama 3 8B; Table 1 gives 1.364", () => {
  const run = (model: ModelShape) =>
    endToEndSpeedup({
      share: paperFfnShare(model),
      kernelSpeedup: paperFfnSpeedup(6),
      sparseFraction: sparseFraction("llama-1b"),
    });
  assertAlmostEquals(run(eightB), 1.352, 5e-4);
  assertAlmostEquals(run(oneB), 1.364, 5e-4);
});

Deno.test("Table 2, 7B, '1.387' cannot follow from 10 of 48 thousand sparse steps, whatever the kernels", () => {
  const limit = endToEndSpeedup({ share: 1, kernelSpeedup: Infinity, sparseFraction: 10 / 48 });
  assertAlmostEquals(limit, 48 / 38, 1e-9);
  assertLess(limit, 1.387);
  const share = paperFfnShare(sevenB);
  const run = (sparseFraction: number) => endToEndSpeedup({ share, kernelSpeedup: paperFfnSpeedup(6), sparseFraction });
  assertAlmostEquals(run(10 / 48), 1.13, 5e-3);
  assertAlmostEquals(run(0.5), 1.38, 1e-2);
  assert(run(38 / 48) > 1.7);
});

Deno.test("what this code base counts is less: a two-matrix FFN beside attention scores and the output head", () => {
  assertAlmostEquals(step(ffnShare(oneB), paperFfnSpeedup(6)), 1.44, 5e-3);
  assertAlmostEquals(step(ffnShare(sevenB), paperFfnSpeedup(6)), 1.66, 1e-2);
});
