import { assertAlmostEquals, assertEquals } from "@std/assert";
import { smoothLosses } from "./smooth_losses.ts";

const rowsOf = (losses: readonly (number | null)[]) => losses.map((loss, index) => ({ step: index + 1, loss }));

Deno.test("smoothLosses never looks ahead: what comes later changes nothing", () => {
  const losses = Array.from({ length: 300 }, (_, index) => 5 / (1 + index / 10) + Math.sin(index));
  const recipe = [{ phase: "dense", steps: 40 }, { phase: "sparse", steps: 260 }] as const;
  const all = smoothLosses(rowsOf(losses), recipe);
  for (const length of [1, 40, 41, 250]) {
    assertEquals(smoothLosses(rowsOf(losses.slice(0, length)), recipe), all.slice(0, length));
  }
});

Deno.test("smoothLosses stops at the border of a phase", () => {
  const recipe = [{ phase: "dense", steps: 150 }, { phase: "sparse", steps: 150 }, {
    phase: "dense",
    steps: 9,
  }] as const;
  const losses = Array.from({ length: 309 }, (_, index) => index < 150 ? 4 : index < 300 ? 1 : 2);
  assertEquals(smoothLosses(rowsOf(losses), recipe), losses);
});

Deno.test("smoothLosses ends at the mean of the last 100 steps", () => {
  const losses = Array.from({ length: 400 }, (_, index) => Math.cos(index));
  const last = smoothLosses(rowsOf(losses), [{ phase: "dense", steps: 400 }]).at(-1) ?? NaN;
  assertAlmostEquals(last, losses.slice(-100).reduce((sum, loss) => sum + loss, 0) / 100, 1e-12);
});

Deno.test("smoothLosses passes over steps without a loss", () => {
  const losses = [null, 2, null, 4, 6];
  assertEquals(smoothLosses(rowsOf(losses), [{ phase: "dense", steps: 5 }]), [null, 2, null, 4, 5]);
});
