import { assertEquals } from "@std/assert";
import type { StepMetrics } from "@beyond24/run";
import { columnPoints, cutRows, lastPoints, least, most, stepsOfPoint } from "./plot_points.ts";
import { phaseRegions } from "./phase_regions.ts";

const recipe = [{ phase: "dense", steps: 3 }, { phase: "sparse", steps: 7 }] as const;

function rowsOf(steps: readonly number[]): StepMetrics[] {
  return steps.map((step) => ({ step, loss: step - 1, flip_rate: step < 5 ? null : step })) as unknown as StepMetrics[];
}

const rows = rowsOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

Deno.test("cutRows ends a bucket and a line where a phase ends", () => {
  assertEquals(stepsOfPoint(rows.length, 5), 2);
  assertEquals(cutRows(rows, recipe, 5), [
    { from: 0, to: 2, line: 0 },
    { from: 2, to: 3, line: 0 },
    { from: 3, to: 5, line: 1 },
    { from: 5, to: 7, line: 1 },
    { from: 7, to: 9, line: 1 },
    { from: 9, to: 10, line: 1 },
  ]);
  assertEquals(cutRows(rows, recipe).length, 10);
});

Deno.test("cutRows ends a bucket and a line before a hole", () => {
  assertEquals(cutRows(rowsOf([1, 2, 6, 7]), [{ phase: "dense", steps: 7 }], 1), [
    { from: 0, to: 2, line: 0 },
    { from: 2, to: 4, line: 1 },
  ]);
});

Deno.test("columnPoints reduces buckets and leaves gaps where there is no value", () => {
  const buckets = cutRows(rows, recipe, 5);
  const values = (points: readonly { value: number }[]) => points.map(({ value }) => value);
  assertEquals(columnPoints(rows, buckets, "loss").map(({ step }) => step), [1.5, 3, 4.5, 6.5, 8.5, 10]);
  assertEquals(values(columnPoints(rows, buckets, "loss")), [0.5, 2, 3.5, 5.5, 7.5, 9]);
  assertEquals(values(columnPoints(rows, buckets, "flip_rate")), [NaN, NaN, 5, 6.5, 8.5, 10]);
  assertEquals(values(columnPoints(rows, buckets, "loss", least)), [0, 2, 3, 5, 7, 9]);
  assertEquals(values(columnPoints(rows, buckets, "loss", most)), [1, 2, 4, 6, 8, 9]);
});

Deno.test("lastPoints ends at the last step", () => {
  const points = lastPoints(rows, cutRows(rows, recipe, 5), rows.map(({ loss }) => loss));
  assertEquals(points.map(({ step, value }) => [step, value]), [[2, 1], [3, 2], [5, 4], [7, 6], [9, 8], [10, 9]]);
});

Deno.test("phaseRegions ends where the run has stopped", () => {
  const recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }, { phase: "dense", steps: 0 }] as const;
  assertEquals(phaseRegions(recipe, 4), [
    { phase: "dense", from: 0.5, to: 2.5 },
    { phase: "sparse", from: 2.5, to: 4.5 },
  ]);
  assertEquals(phaseRegions(recipe, 2).length, 1);
});
