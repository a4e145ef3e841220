import { assert } from "@std/assert";
import { type SparsityPlan, sparsityPlans } from "@beyond24/recipe";
import type { FeedForwardSparsity } from "./feed_forward_sparsity.ts";
import { randomSample, runOnDevice, type Sample } from "./_testing.ts";

const STEP = 1 / 512;

/** Compares dx, dWIn, dWOut with central differences of Σ dy3 · y. */
async function checkGradients(sample: Sample, sparsity?: FeedForwardSparsity): Promise<void> {
  const gradients = await runOnDevice(sample, sparsity);
  const names = { x: "dx", wIn: "dWIn", wOut: "dWOut" } as const;
  for (const name of ["x", "wIn", "wOut"] as const) {
    const values = sample[name];
    for (let i = 0; i < values.length; i++) {
      const at = async (offset: number) => {
        const { y } = await runOnDevice({ ...sample, [name]: values.with(i, (values[i] ?? NaN) + offset) }, sparsity);
        return y.reduce((sum, value, index) => sum + value * (sample.dy3[index] ?? NaN), 0);
      };
      const expected = (await at(STEP) - await at(-STEP)) / (2 * STEP);
      const actual = gradients[names[name]][i] ?? NaN;
      const near = Math.abs(actual - expected) <= 5e-3 * (1 + Math.abs(expected));
      assert(near, `${name}[${i}]: gradient ${actual}, difference quotient ${expected}`);
    }
  }
}

Deno.test("denseFeedForward: gradients equal difference quotients", async () => {
  await checkGradients(randomSample(5, 16, 4));
});

Deno.test("sparseFeedForward: gradients through router and selection equal difference quotients", async () => {
  // Away from ties router and selection are constant, and without soft thresholds and selection along tokens nothing is
  // straight-through: these gradients are exact.
  const plan: SparsityPlan = {
    ...sparsityPlans.venom,
    dwOut: { operand: "y2", format: "columns" },
    dwIn: { operand: "dy1", format: "columns" },
  };
  await checkGradients(randomSample(6, 16, 4), { plan, venom: { v: 4, n: 2, m: 8 } });
});
