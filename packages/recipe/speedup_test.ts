import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import fc from "fast-check";
import { executedFraction, type RoutingOptions } from "./executed_fraction.ts";
import { type FfnProduct, ffnProductNames } from "./ffn_products.ts";
import type { SparsityPlan } from "./sparsity_plan.ts";
import { sparsityPlans } from "./sparsity_plans.ts";
import { endToEndSpeedup, ffnSpeedup, ffnSpeedupLimit, paperKernels, productSpeedups } from "./speedup.ts";

Deno.test("endToEndSpeedup equals the quotient of times added up step by step", () => {
  const input = fc.record({
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    kernelSpeedup: fc.double({ min: 0.1, max: 100, noNaN: true }),
    sparse: fc.nat(20),
    dense: fc.integer({ min: 1, max: 20 }),
    overhead: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(fc.property(input, ({ share, kernelSpeedup, sparse, dense, overhead }) => {
    let time = dense;
    for (let step = 0; step < sparse; step++) time += (1 - share) + share / kernelSpeedup + overhead;
    const sparseFraction = sparse / (sparse + dense);
    const speedup = endToEndSpeedup({ share, kernelSpeedup, sparseFraction, overhead });
    assertAlmostEquals(speedup, (sparse + dense) / time, 1e-9 * speedup);
  }));
});

Deno.test("endToEndSpeedup at its limits", () => {
  assertEquals(endToEndSpeedup({ share: 0, kernelSpeedup: 7 }), 1);
  assertEquals(endToEndSpeedup({ share: 1, kernelSpeedup: 7 }), 7);
  assertEquals(endToEndSpeedup({ share: 0.5, kernelSpeedup: Infinity }), 2);
  assertEquals(endToEndSpeedup({ share: 1, kernelSpeedup: 7, sparseFraction: 0 }), 1);
  assertLess(endToEndSpeedup({ share: 0.1, kernelSpeedup: 2, overhead: 0.1 }), 1);
});

Deno.test("endToEndSpeedup refuses what is no fraction", () => {
  const good = { share: 0.5, kernelSpeedup: 2 };
  assertThrows(() => endToEndSpeedup({ ...good, share: 1.1 }), RangeError, "share");
  assertThrows(() => endToEndSpeedup({ ...good, sparseFraction: -0.1 }), RangeError, "sparseFraction");
  assertThrows(() => endToEndSpeedup({ ...good, overhead: -1 }), RangeError, "overhead must be a finite number >= 0");
  for (const kernelSpeedup of [0, -1, NaN]) {
    assertThrows(() => endToEndSpeedup({ ...good, kernelSpeedup }), RangeError, "kernelSpeedup");
  }
});

Deno.test("ffnSpeedup is the quotient of times and lies between the slowest and the fastest product", () => {
  const speedup = fc.double({ min: 0.1, max: 100, noNaN: true });
  const all = fc.record({ y1: speedup, y3: speedup, dy2: speedup, dwOut: speedup, dx: speedup, dwIn: speedup });
  fc.assert(fc.property(all, (speedups) => {
    const values = ffnProductNames.map((product: FfnProduct) => speedups[product]);
    const whole = ffnSpeedup(speedups);
    assertAlmostEquals(whole, 6 / values.reduce((time, value) => time + 1 / value, 0));
    assertLess(whole, Math.max(...values) * (1 + 1e-12));
    assertLess(Math.min(...values), whole * (1 + 1e-12));
  }));
});

Deno.test("productSpeedups needs a figure for every format of the plan and for no other", () => {
  assertEquals(ffnSpeedup(productSpeedups(sparsityPlans.dense, {})), 1);
  assertEquals(productSpeedups(sparsityPlans.w1, { "2:4 soft": 1.5 }).y1, 1.5);
  assertThrows(() => productSpeedups(sparsityPlans.paper, { venom: 6 }), RangeError, "format 2:4 soft");
  const zero = { y1: 0, y3: 1, dy2: 1, dwOut: 1, dx: 1, dwIn: 1 };
  assertThrows(() => ffnSpeedup(zero), RangeError, "the speed-up of y1");
});

/** Every plan in several formats, with every top-k and every router. */
function* routings(): Generator<
  { readonly name: string; readonly plan: SparsityPlan; readonly routing: RoutingOptions }
> {
  for (const [name, plan] of Object.entries(sparsityPlans)) {
    for (const m of [4, 16, 32, 64]) {
      for (let expertsPerToken = 1; expertsPerToken <= m / 4; expertsPerToken++) {
        for (const router of ["cosine", "energy"] as const) {
          yield { name, plan, routing: { venom: { v: 64, n: 2, m }, expertsPerToken, router } };
        }
      }
    }
  }
}

Deno.test("no plan, format, top-k or router makes the paper's kernels faster than their work, or that than the limit", () => {
  for (const { name, plan, routing } of routings()) {
    const paper = ffnSpeedup(productSpeedups(plan, paperKernels(routing)));
    const fractions = ffnProductNames.map((product) => executedFraction(plan, product, routing));
    const executed = 6 / fractions.reduce((sum, fraction) => sum + fraction);
    const limit = ffnSpeedupLimit(plan, routing);
    const ordered = 1 <= paper && paper <= executed * (1 + 1e-12) && executed <= limit * (1 + 1e-12);
    assertEquals(ordered, true, `${name}, ${JSON.stringify(routing)}: ${paper}, ${executed}, ${limit}`);
  }
  const all = { venom: { v: 64, n: 2 as const, m: 16 }, expertsPerToken: 4 };
  assertAlmostEquals(ffnSpeedup(productSpeedups(sparsityPlans.paper, paperKernels(all))), 1.5);
  assertEquals(ffnSpeedupLimit(sparsityPlans.venom, all), 3);
  assertEquals(ffnSpeedupLimit(sparsityPlans.venom), 12);
  // All of y1 is dense, and a quarter of dy2.
  assertEquals(ffnSpeedupLimit(sparsityPlans.venom, { router: "energy" }), 6 / 1.25);
});
