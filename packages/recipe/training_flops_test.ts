import { assert, assertAlmostEquals, assertEquals, assertGreater, assertThrows } from "@std/assert";
import fc from "fast-check";
import { executedFraction } from "./executed_fraction.ts";
import { ffnProductNames } from "./ffn_products.ts";
import { llama405b, modelPresets } from "./model_presets.ts";
import type { ModelShape } from "./model_shape.ts";
import { paperFlops } from "./paper_flops.ts";
import { parameterCounts } from "./parameter_counts.ts";
import { sparsityPlans } from "./sparsity_plans.ts";
import { ffnShare, trainingFlops } from "./training_flops.ts";
import { venomFormats, venomSparsity } from "./venom_format.ts";

const size = fc.integer({ min: 1, max: 8 });
const anyModel: fc.Arbitrary<ModelShape> = fc.record({
  layers: size,
  dModel: size,
  dFfn: size,
  kvHeads: size,
  group: size,
  halfHead: size,
  vocabularySize: size,
  sequenceLength: size,
}).map(({ group, halfHead, ...model }) => ({ ...model, heads: group * model.kvHeads, headDim: 2 * halfHead }));

/** Counts multiplications of a plain implementation, product by product, token by token. */
function countedForward(model: ModelShape): number {
  let multiplications = 0;
  const product = (rows: number, cols: number, contracted: number) => multiplications += rows * cols * contracted;
  const { dModel: D, dFfn: F, heads, kvHeads, headDim: H, sequenceLength: T } = model;
  for (let layer = 0; layer < model.layers; layer++) {
    product(T, heads * H, D);
    product(T, kvHeads * H, D);
    product(T, kvHeads * H, D);
    for (let query = 0; query < T; query++) {
      product(heads, query + 1, H);
      product(heads, H, query + 1);
    }
    product(T, D, heads * H);
    product(T, F, D);
    product(T, D, F);
  }
  product(T, model.vocabularySize, D);
  return 2 * multiplications;
}

Deno.test("trainingFlops equals a count of every product of one sequence", () => {
  fc.assert(fc.property(anyModel, (model) => {
    const { total, components } = trainingFlops(model, model.sequenceLength);
    assertAlmostEquals(total.forward, countedForward(model), 1e-6);
    assertAlmostEquals(total.denseEquivalent, 3 * total.forward, 1e-6);
    assertAlmostEquals(total.executed, total.denseEquivalent, 1e-6);
    assertAlmostEquals(Object.values(components).reduce((sum, { share }) => sum + share, 0), 1, 1e-12);
  }));
});

Deno.test("trainingFlops without attention scores is 6 x tokens x parameters", () => {
  const model = modelPresets["llama-1b"];
  const { components } = trainingFlops(model, 1000);
  const { ffn, attention, lmHead } = parameterCounts(model);
  assertEquals(components.ffn.denseEquivalent, 6 * 1000 * ffn);
  assertEquals(components.attentionProjections.denseEquivalent, 6 * 1000 * attention);
  assertEquals(components.lmHead.denseEquivalent, 6 * 1000 * lmHead);
});

Deno.test("trainingFlops with three FFN matrices holds the paper's formula", () => {
  const { components } = trainingFlops(llama405b, 10, { ffnMatrices: 3 });
  const paper = paperFlops(llama405b, 10);
  assertAlmostEquals(components.ffn.denseEquivalent, paper.ffn, paper.ffn * 1e-12);
  const sum = components.ffn.denseEquivalent + components.attentionProjections.denseEquivalent;
  assertAlmostEquals(sum, paper.total, paper.total * 1e-12);
});

Deno.test("trainingFlops counts full attention at twice the causal one, up to the diagonal", () => {
  const model = modelPresets.small;
  const causal = trainingFlops(model, 1).components.attention.forward;
  const full = trainingFlops(model, 1, { attention: "full" }).components.attention.forward;
  assertAlmostEquals(full / causal, 2 * model.sequenceLength / (model.sequenceLength + 1));
});

Deno.test("executedFraction is N/M for all six products of the paper's recipe, at each format of Table 5", () => {
  for (const venom of Object.values(venomFormats)) {
    for (const product of ffnProductNames) {
      assertAlmostEquals(executedFraction(sparsityPlans.paper, product, { venom }), 1 - venomSparsity(venom));
    }
  }
});

Deno.test("executedFraction of each format, with and without a router", () => {
  const fractions = (name: keyof typeof sparsityPlans, expertsPerToken = 1) =>
    ffnProductNames.map((product) => executedFraction(sparsityPlans[name], product, { expertsPerToken }));
  assertEquals(fractions("dense"), [1, 1, 1, 1, 1, 1]);
  assertEquals(fractions("w2-w2t"), [1, 0.5, 0.5, 1, 1, 1]);
  assertEquals(fractions("activations-24"), [1, 0.5, 1, 0.5, 0.5, 0.5]);
  assertEquals(fractions("venom"), [0.25, 0.125, 0.25, 0.125, 0.125, 0.125]);
  assertEquals(fractions("paper-columns"), [0.125, 0.125, 0.125, 0.25, 0.125, 0.25]);
  assertEquals(fractions("paper", 2), [0.25, 0.25, 0.25, 0.25, 0.25, 0.25]);
  assertThrows(() => fractions("paper", 5), RangeError, "expertsPerToken must be <= m / 4 = 4");
  assertThrows(() => fractions("paper", 0), RangeError, "expertsPerToken");
  assertThrows(
    () => executedFraction(sparsityPlans.paper, "y1", { venom: { v: 64, n: 2, m: 18 } }),
    RangeError,
    "m must be a multiple of 4: current value is 18",
  );
});

Deno.test("a router that needs all neurons executes y1 in full, and nothing beside it", () => {
  const energy = { router: "energy", venom: { v: 64, n: 2, m: 64 }, expertsPerToken: 4 } as const;
  const fractions = (name: keyof typeof sparsityPlans) =>
    ffnProductNames.map((product) => executedFraction(sparsityPlans[name], product, energy));
  assertEquals(fractions("beyond"), [0.5, 0.125, 0.125, 0.125, 0.125, 0.125]);
  assertEquals(fractions("venom"), [1, 0.125, 0.25, 0.125, 0.125, 0.125]);
  assertEquals(fractions("w1"), [0.5, 1, 1, 1, 1, 1]);
  const model = modelPresets["llama-1b"];
  const options = { plan: sparsityPlans.beyond, ...energy };
  const { components } = trainingFlops(model, 1, options);
  const again = trainingFlops(model, 1, { ...options, recompute: true });
  assertEquals(components.router.executed, 0);
  assertAlmostEquals(components.ffn.executed / components.ffn.denseEquivalent, (0.5 + 5 * 0.125) / 6);
  assertAlmostEquals(again.components.ffn.executed / components.ffn.denseEquivalent, (2 * 0.5 + 6 * 0.125) / 6);
});

Deno.test("trainingFlops reports executed FLOPs and a router for routed plans only", () => {
  const model = modelPresets["llama-1b"];
  const paper = trainingFlops(model, 1, { plan: sparsityPlans.paper });
  assertEquals(paper.components.router.executed, 2 * 22 * 2048 * 4);
  assertEquals(paper.components.router.denseEquivalent, 0);
  assertEquals(paper.total.denseEquivalent, trainingFlops(model, 1).total.denseEquivalent);
  assertEquals(trainingFlops(model, 1, { plan: sparsityPlans.w1 }).components.router.executed, 0);
  assert(paper.total.executed < paper.total.denseEquivalent);
});

Deno.test("trainingFlops of no tokens is zero and of negative ones an error", () => {
  const { total } = trainingFlops(modelPresets.tiny, 0);
  assertEquals([total.executed, total.share], [0, 0]);
  assertThrows(() => trainingFlops(modelPresets.tiny, -1), RangeError, "tokens");
  assertThrows(() => paperFlops(modelPresets.tiny, NaN), RangeError, "tokens");
});

Deno.test("Figure 1: the FFN's share grows and attention's falls with the size of the model", () => {
  const models = [modelPresets["llama-1b"], modelPresets["llama-7b"], llama405b];
  const shares = models.map((model) => trainingFlops(model, 1, { ffnMatrices: 3 }).components);
  for (let i = 1; i < shares.length; i++) {
    assertGreater(shares[i]?.ffn.share ?? NaN, shares[i - 1]?.ffn.share ?? NaN);
    assertGreater(shares[i - 1]?.attention.share ?? NaN, shares[i]?.attention.share ?? NaN);
    assertGreater(shares[i - 1]?.lmHead.share ?? NaN, shares[i]?.lmHead.share ?? NaN);
  }
  assertAlmostEquals(ffnShare(llama405b, { ffnMatrices: 3 }), 0.784, 5e-4);
});

Deno.test("trainingFlops: with recompute all but the head runs forward twice, the FFN by its forward products", () => {
  const model = modelPresets["llama-1b"];
  for (const plan of [sparsityPlans.dense, sparsityPlans.w1, sparsityPlans.paper]) {
    const [once, again] = [false, true].map((recompute) => trainingFlops(model, 1, { plan, recompute }).components);
    if (once === undefined || again === undefined) throw new Error("unreachable");
    const fraction = (executedFraction(plan, "y1") + executedFraction(plan, "y3")) / 2;
    assertAlmostEquals(again.ffn.executed - once.ffn.executed, once.ffn.forward * fraction, 1);
    assertAlmostEquals(again.attention.executed, once.attention.executed * 4 / 3, 1);
    assertAlmostEquals(again.attentionProjections.executed, once.attentionProjections.executed * 4 / 3, 1);
    assertEquals(again.router.executed, 2 * once.router.executed);
    assertEquals(again.lmHead, once.lmHead);
    assertEquals(again.ffn.denseEquivalent, once.ffn.denseEquivalent);
  }
});

Deno.test("trainingFlops counts first layers that stay dense in full, and no router of theirs: by hand", () => {
  const model: ModelShape = {
    layers: 3,
    dModel: 8,
    dFfn: 64,
    heads: 1,
    kvHeads: 1,
    headDim: 2,
    vocabularySize: 5,
    sequenceLength: 4,
  };
  const options = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 16 } } as const;
  const product = 2 * 10 * 8 * 64; // of one layer, for ten tokens
  const router = 2 * 10 * 8 * 4;
  for (const [denseLayers, dense, sparse] of [[0, 0, 3], [1, 1, 2], [2, 2, 1], [3, 3, 0]] as const) {
    const { components, total } = trainingFlops(model, 10, { ...options, denseLayers });
    assertAlmostEquals(components.ffn.executed, dense * 6 * product + sparse * 6 * product / 8, 1e-6);
    assertEquals(components.router.executed, sparse * router);
    assertEquals(total.denseEquivalent, trainingFlops(model, 10).total.denseEquivalent);
    const again = trainingFlops(model, 10, { ...options, denseLayers, recompute: true }).components;
    assertAlmostEquals(again.ffn.executed, dense * 8 * product + sparse * 8 * product / 8, 1e-6);
    assertEquals(again.router.executed, 2 * sparse * router);
  }
  assertEquals(trainingFlops(model, 10, { ...options, denseLayers: 3 }), trainingFlops(model, 10));
  for (const denseLayers of [-1, 0.5, 4, NaN]) {
    const refused = () => trainingFlops(model, 10, { ...options, denseLayers });
    assertThrows(refused, RangeError, `must be an integer from 0 to layers, 3: current value is ${denseLayers}`);
  }
});
