import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fc, matrix, tame } from "./_testing.ts";
import { softThreshold24, softThresholdScale24 } from "./soft_threshold24.ts";

for (const axis of ["cols", "rows"] as const) {
  Deno.test(`softThresholdScale24() along ${axis} is the least-squares scale`, () => {
    fc.assert(fc.property(matrix(tame, 4, 4), ({ values, shape }) => {
      const sparse = softThreshold24(values, shape, { axis });
      fc.pre(sparse.some((value) => value !== 0));
      const beta = softThresholdScale24(values, shape, { axis });
      const error = (scale: number) => values.reduce((sum, w, i) => sum + (w - scale * (sparse[i] ?? 0)) ** 2, 0);
      assert(beta >= 1);
      assert(error(beta) <= error(beta * 1.01) && error(beta) <= error(beta * 0.99));
    }));
  });
}

Deno.test("softThresholdScale24() does not depend on the size of the weights", () => {
  const values = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * i));
  const shape = { rows: 4, cols: 16 };
  for (const factor of [2 ** -1, 2 ** -100, 2 ** 100]) {
    const resized = values.map((value) => value * factor);
    assertAlmostEquals(softThresholdScale24(values, shape), softThresholdScale24(resized, shape), 1e-12);
  }
});

Deno.test("softThresholdScale24() shows NaN and infinity", () => {
  const shape = { rows: 1, cols: 4 };
  assertEquals(softThresholdScale24(Float32Array.of(NaN, 1, 2, 3), shape), NaN);
  assertEquals(softThresholdScale24(Float32Array.of(Infinity, 1, 2, 3), shape), NaN);
});

Deno.test("softThresholdScale24() refuses a tensor whose threshold is all zero", () => {
  const constant = new Float32Array(8).fill(2);
  assertThrows(() => softThresholdScale24(constant, { rows: 1, cols: 8 }), RangeError, "current value is 0 for all 8");
});
