import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { ModelSummary } from "./run_summary.ts";
import { summarizeBaseline } from "./summarize_baseline.ts";

const model = (val_loss: number | null, dense: number, sparse: number): ModelSummary => ({
  train_loss: 2,
  val_loss,
  val_bits_per_byte: null,
  val_perplexity: null,
  wall_seconds: 1,
  tokens: 10,
  phases: [
    { phase: "dense", steps: 10, mean_step_ms: 99, median_step_ms: dense },
    { phase: "sparse", steps: 30, mean_step_ms: 99, median_step_ms: sparse },
  ],
});

Deno.test("summarizeBaseline compares median times weighted by steps, and validation losses", () => {
  const summary = summarizeBaseline(model(2.02, 4, 1), model(2, 4, 4));
  assertAlmostEquals(summary.speedup ?? NaN, 160 / 70);
  assertAlmostEquals(summary.sparse_step_speedup ?? NaN, 4);
  assertAlmostEquals(summary.relative_val_loss ?? NaN, 0.01);
  assertEquals(summary.phases.map(({ phase }) => phase), ["dense", "dense"]);
});

Deno.test("summarizeBaseline says nothing where there is nothing to compare", () => {
  const none = { ...model(null, 1, 1), phases: [] };
  const summary = summarizeBaseline(none, none);
  assertEquals([summary.speedup, summary.sparse_step_speedup, summary.relative_val_loss], [null, null, null]);
});
