import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { executedFraction } from "./executed_fraction.ts";
import { type FfnProduct, ffnProductNames, ffnProducts } from "./ffn_products.ts";
import { planRouting } from "./plan_routing.ts";
import { checkSparsityPlan, isRouted, packedWeightCount } from "./sparsity_plan.ts";
import { type SparsityPlanName, sparsityPlans } from "./sparsity_plans.ts";
import { venomExperts, venomFormats } from "./venom_format.ts";

function sparseProducts(name: SparsityPlanName): Partial<Record<FfnProduct, string>> {
  const plan = sparsityPlans[name];
  const entries = ffnProductNames.map((product) => [product, plan[product].operand] as const);
  return Object.fromEntries(entries.filter(([, operand]) => operand !== null));
}

Deno.test("sparsityPlans sparsify the operands that Table 3 names", () => {
  assertEquals(sparseProducts("dense"), {});
  assertEquals(sparseProducts("w1"), { y1: "wIn" });
  assertEquals(sparseProducts("w1-w1t"), { y1: "wIn", dx: "wIn" });
  assertEquals(sparseProducts("w2"), { y3: "wOut" });
  assertEquals(sparseProducts("w2-w2t"), { y3: "wOut", dy2: "wOut" });
  assertEquals(sparseProducts("w1-w2"), { y1: "wIn", y3: "wOut" });
  assertEquals(sparseProducts("activations-24"), { y3: "y2", dwOut: "y2", dx: "dy1", dwIn: "dy1" });
  assertEquals(sparseProducts("venom"), sparseProducts("activations-24"));
  assertEquals(sparseProducts("paper"), { y1: "wIn", y3: "y2", dy2: "wOut", dwOut: "y2", dx: "dy1", dwIn: "dy1" });
});

Deno.test("beyond is sparse in the operands of the paper's plan, at the same work but for all of y1", () => {
  const { paper, beyond } = sparsityPlans;
  assertEquals(sparseProducts("beyond"), sparseProducts("paper"));
  const routing = planRouting("beyond", venomFormats["87.5"]);
  for (const product of ffnProductNames) {
    const expected = product === "y1" ? 1 / 2 : executedFraction(paper, product);
    assertEquals(executedFraction(beyond, product, routing), expected, product);
    const probing = { ...routing, router: "probe" } as const;
    assertEquals(executedFraction(beyond, product, probing), executedFraction(paper, product), product);
  }
  assertEquals(packedWeightCount(beyond), packedWeightCount(paper));
});

Deno.test("planRouting keeps the work and leaves other plans alone", () => {
  for (const m of [4, 8, 12, 16, 24, 32, 64, 128]) {
    const venom = { v: 16, n: 2, m } as const;
    assertEquals(planRouting("paper", venom), { venom, expertsPerToken: 1, router: "cosine", clusters: "weights" });
    const fine = planRouting("beyond", venom);
    assertEquals(fine.venom.m / fine.expertsPerToken, m);
    assert(venomExperts(fine.venom) >= 16 && venomExperts(fine.venom) < 32 || m >= 128, String(m));
  }
});

Deno.test("planRouting cuts neurons into whole tiles of 128 where a number of clusters near 16 does", () => {
  const clusters = (neurons: number) => venomExperts(planRouting("beyond", venomFormats["87.5"], neurons).venom);
  const found = [256, 2048, 3072, 4096, 5120, 6144, 8192, 16_384].map((neurons) => [neurons, clusters(neurons)]);
  assertEquals(found, [[256, 16], [2048, 16], [3072, 12], [4096, 16], [5120, 20], [6144, 16], [8192, 16], [
    16_384,
    16,
  ]]);
  assertEquals(planRouting("beyond", venomFormats["87.5"], 3072).venom.m, 48);
  assertEquals(planRouting("paper", venomFormats["87.5"], 3000).expertsPerToken, 1);
});

Deno.test("planRouting cuts neurons into whole groups of four where no number of clusters near 16 gives tiles", () => {
  const formats = [16, 24, 32].map((m) => ({ v: 64, n: 2, m } as const));
  for (const venom of formats) {
    for (let neurons = 3 * venom.m; neurons < 2048; neurons += 3 * venom.m) {
      const { m } = planRouting("beyond", venom, neurons).venom;
      assertEquals(neurons % m, 0, `m = ${m} for ${neurons} neurons`);
    }
  }
  assertEquals(planRouting("beyond", { v: 64, n: 2, m: 24 }, 384).venom.m, 48);
  assertEquals(planRouting("beyond", { v: 64, n: 2, m: 24 }, 3008).venom.m, 72); // nothing fits
});

Deno.test("sparsityPlans are legal and name an operand of the product", () => {
  for (const plan of Object.values(sparsityPlans)) {
    checkSparsityPlan(plan);
    for (const product of ffnProductNames) {
      const { operand } = plan[product];
      assert(operand === null || ffnProducts[product].operands.includes(operand));
    }
  }
});

Deno.test("isRouted is true for plans with Venom activations only", () => {
  for (const name of ["venom", "paper", "paper-columns", "beyond"] as const) {
    assert(isRouted(sparsityPlans[name]), name);
  }
  for (const name of ["dense", "w1-w1t", "w1-w2"] as const) assertFalse(isRouted(sparsityPlans[name]), name);
  const y3 = { operand: "y2", format: "columns" } as const;
  assert(isRouted({ ...sparsityPlans.dense, y3 }));
  assertFalse(isRouted(sparsityPlans["activations-24"]));
});

Deno.test("checkSparsityPlan refuses what no kernel can do, with the legal choices", () => {
  const { paper } = sparsityPlans;
  const bad: unknown[] = [
    null,
    "paper",
    {},
    { ...paper, y1: undefined },
    { ...paper, y1: { operand: "x", format: "2:4" } },
    { ...paper, y3: { operand: "wOut", format: "venom" } },
    { ...paper, dx: { operand: null, format: "2:4" } },
    { ...paper, dwIn: { operand: "dy1", format: "none" } },
    { ...paper, dwIn: { operand: "toString", format: "2:4" } },
    { ...paper, dwIn: { operand: "dy1" } },
    { ...paper, y3: { operand: "y2", format: "venom", selection: "unbiased" } },
    { ...paper, y1: { operand: "wIn", format: "2:4", selection: "largest" } },
    { ...paper, dwIn: { operand: "dy1", format: "columns", selection: "unbiased" } },
    { ...paper, dwIn: { operand: "dy1", format: "venom", selection: "random" } },
    { ...paper, dwIn: { operand: null, format: "none", selection: "unbiased" } },
  ];
  for (const plan of bad) assertThrows(() => checkSparsityPlan(plan), TypeError, "Cannot use sparsity plan");
  assertThrows(
    () => checkSparsityPlan({ ...paper, dwOut: { operand: "dy3", format: "venom" } }),
    TypeError,
    'dwOut must be none or y2 in 2:4, venom, columns: current value is {"operand":"dy3","format":"venom"}',
  );
  assertThrows(
    () => checkSparsityPlan({ ...paper, dx: { operand: "dy1", format: "venom", selection: "unbiased" } }),
    TypeError,
    "dx must be none or wIn in 2:4, 2:4 soft or dy1 in 2:4, venom, columns, without a selection along tokens",
  );
});
