import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { lossAt, meanAbove, pairedTest, spreadOf, upperTailOfT } from "./statistics.ts";

Deno.test("spreadOf divides by n - 1, and one number has no scatter", () => {
  assertEquals(spreadOf([2, 4, 6]), { n: 3, mean: 4, deviation: 2 });
  assert(Number.isNaN(spreadOf([1]).deviation));
});

Deno.test("upperTailOfT gives the critical values of printed tables", () => {
  const table: readonly (readonly [degrees: number, t: number, p: number])[] = [
    [1, 6.314, 0.05],
    [1, 31.821, 0.01],
    [2, 2.920, 0.05],
    [3, 2.353, 0.05],
    [3, 4.541, 0.01],
    [4, 2.132, 0.05],
    [5, 3.365, 0.01],
    [9, 1.833, 0.05],
    [10, 2.764, 0.01],
    [30, 1.697, 0.05],
    [120, 2.358, 0.01],
  ];
  for (const [degrees, t, p] of table) assertAlmostEquals(upperTailOfT(t, degrees), p, p * 2e-3);
});

Deno.test("upperTailOfT is symmetric, a half at zero and falls", () => {
  for (let degrees = 1; degrees < 12; degrees++) {
    assertAlmostEquals(upperTailOfT(0, degrees), 0.5, 1e-15);
    for (const t of [0.1, 1, 3, 10]) {
      assertAlmostEquals(upperTailOfT(t, degrees) + upperTailOfT(-t, degrees), 1, 1e-12);
      assert(upperTailOfT(t, degrees) > upperTailOfT(t + 0.5, degrees));
    }
    assertEquals([upperTailOfT(Infinity, degrees), upperTailOfT(-Infinity, degrees)], [0, 1]);
  }
  assertThrows(() => upperTailOfT(1, 0), RangeError);
  assertThrows(() => upperTailOfT(1, 1.5), RangeError);
});

Deno.test("upperTailOfT agrees with an integral of the density", () => {
  const degrees = 7;
  const density = (x: number) => (1 + x * x / degrees) ** (-(degrees + 1) / 2);
  const integral = (from: number, to: number) => {
    const n = 20_000;
    const h = (to - from) / n;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += density(from + (i + 0.5) * h) * h;
    return sum;
  };
  const all = integral(-400, 400);
  for (const t of [-1.3, 0.4, 2.2]) assertAlmostEquals(upperTailOfT(t, degrees), integral(t, 400) / all, 1e-4);
});

Deno.test("pairedTest tests the mean difference against a margin", () => {
  // The ten patients of Student (1908), whose one-sided p he gives as 0.0014.
  const hours = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];
  const { n, mean, t, p } = pairedTest(hours);
  assertEquals(n, 10);
  assertAlmostEquals(mean, 1.58, 1e-12);
  assertAlmostEquals(t, 4.0621, 1e-4);
  assertAlmostEquals(p, 0.001416, 1e-5);
  assertAlmostEquals(meanAbove(spreadOf(hours), 1.58).p, 0.5, 1e-6);
  assert(meanAbove(spreadOf(hours), 3).p > 0.99);
});

Deno.test("pairedTest says nothing of one pair, and takes pairs that differ equally", () => {
  assert(Number.isNaN(pairedTest([0.1]).p));
  assertEquals(pairedTest([1, 1, 1]).p, 0);
  assertEquals(pairedTest([-1, -1]).p, 1);
  assertEquals(pairedTest([0, 0]).p, 0.5);
});

Deno.test("lossAt goes straight between points and stays at the last one", () => {
  const curve = [{ seconds: 1, loss: 4 }, { seconds: 3, loss: 2 }];
  assertEquals([0.5, 1, 2, 2.5, 3, 9].map((seconds) => lossAt(curve, seconds)), [undefined, 4, 3, 2.5, 2, 2]);
  assertEquals(lossAt([], 1), undefined);
});
