import type { StepMetrics } from "@beyond24/run";
import { assertEquals } from "@std/assert";
import { phaseRegions } from "./phase_regions.ts";
import { smooth, thinRows } from "./thin_rows.ts";

const rows = Array.from({ length: 10 }, (_, index) => ({
  step: index + 1,
  loss: index,
  flip_rate: index < 4 ? null : index,
})) as unknown as StepMetrics[];

Deno.test("thinRows takes means of buckets and leaves gaps where there is no value", () => {
  assertEquals(thinRows(rows, "loss", 5).map(({ step, value }) => [step, value]), [
    [1.5, 0.5],
    [3.5, 2.5],
    [5.5, 4.5],
    [7.5, 6.5],
    [9.5, 8.5],
  ]);
  assertEquals(thinRows(rows, "flip_rate", 5).map(({ value }) => value), [NaN, NaN, 4.5, 6.5, 8.5]);
  assertEquals(thinRows(rows, "loss").length, 10);
});

Deno.test("smooth keeps straight lines straight, to their ends", () => {
  const line = thinRows(rows, "loss");
  for (const reach of [1, 3, 20]) {
    assertEquals(
      smooth(line, reach).map(({ value }) => Math.round(value * 1e9) / 1e9),
      line.map(({ value }) => value),
    );
  }
});

Deno.test("phaseRegions ends where the run has stopped", () => {
  const recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }, { phase: "dense", steps: 0 }] as const;
  assertEquals(phaseRegions(recipe, 4), [
    { phase: "dense", from: 0.5, to: 2.5 },
    { phase: "sparse", from: 2.5, to: 4.5 },
  ]);
  assertEquals(phaseRegions(recipe, 2).length, 1);
});
