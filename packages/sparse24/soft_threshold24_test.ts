import { assert, assertEquals, assertThrows } from "@std/assert";
import { bitsOf, fc, float32, groupsOf, matrix, tame, transpose } from "./_testing.ts";
import { is24 } from "./is24.ts";
import { softThreshold24 } from "./soft_threshold24.ts";

/** The paper's definition for finite values: t from a full sort, then the three cases. */
function slowGroup(group: number[]): number[] {
  const t = group.map(Math.abs).sort((a, b) => a - b)[1] ?? 0;
  return group.map((a) => Math.fround(a > t ? a - t : a < -t ? a + t : 0));
}

Deno.test("softThreshold24() equals the paper's formula on finite values, bit for bit", () => {
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(matrix(fc.oneof(tame, finite), 1, 4), ({ values, shape }) => {
    const expected = Float32Array.from(groupsOf(values).flatMap(slowGroup));
    assertEquals(bitsOf(softThreshold24(values, shape)), bitsOf(expected));
  }));
});

Deno.test("softThreshold24() is 2:4, never gives -0 and leaves its input alone", () => {
  fc.assert(fc.property(matrix(float32, 1, 4), ({ values, shape }) => {
    const before = bitsOf(values);
    const sparse = softThreshold24(values, shape);
    assert(is24(sparse, shape));
    assert(sparse.every((value) => !Object.is(value, -0)));
    assertEquals(bitsOf(values), before);
  }));
});

Deno.test("softThreshold24() along rows equals the transposed problem", () => {
  fc.assert(fc.property(matrix(float32, 4, 1), ({ values, shape }) => {
    const flipped = { rows: shape.cols, cols: shape.rows };
    const expected = transpose(softThreshold24(transpose(values, shape), flipped), flipped);
    assertEquals(softThreshold24(values, shape, { axis: "rows" }), expected);
  }));
});

Deno.test("softThreshold24() is continuous: a step of d moves no result by more than 2d", () => {
  fc.assert(fc.property(matrix(tame, 1, 4), fc.array(fc.integer({ min: -8, max: 8 })), ({ values, shape }, steps) => {
    const moved = values.map((value, i) => value + (steps[i % (steps.length || 1)] ?? 0) / 8);
    const a = softThreshold24(values, shape);
    const b = softThreshold24(moved, shape);
    assert(a.every((value, i) => Math.abs(value - (b[i] ?? 0)) <= 2));
  }));
});

Deno.test("softThreshold24() decides hazards by rule", () => {
  const shape = { rows: 1, cols: 4 };
  const cases: [number[], number[]][] = [
    [[0, -0, 0, -0], [0, 0, 0, 0]],
    [[2, -2, 2, 2], [0, 0, 0, 0]],
    [[3, -3, 1, 2], [1, -1, 0, 0]],
    [[-5, 0, 0, 0], [-5, 0, 0, 0]],
    [[NaN, 1, 2, 3], [NaN, 0, 0, 1]],
    [[NaN, NaN, NaN, 3], [NaN, NaN, 0, 0]],
    [[Infinity, 1, -Infinity, 2], [Infinity, 0, -Infinity, 0]],
    [[Infinity, 1, -Infinity, Infinity], [NaN, 0, NaN, 0]],
    [[1e-45, 0, 0, -3e-45], [1e-45, 0, 0, -3e-45]],
  ];
  for (const [values, expected] of cases) {
    // As plain numbers: the sign bit of a computed NaN is nobody's promise.
    const sparse = [...softThreshold24(Float32Array.from(values), shape)];
    assertEquals(sparse, [...Float32Array.from(expected)], String(values));
  }
});

Deno.test("softThreshold24() takes empty matrices and refuses ragged ones", () => {
  assertEquals(softThreshold24(new Float32Array(0), { rows: 0, cols: 8 }), new Float32Array(0));
  assertEquals(softThreshold24(new Float32Array(0), { rows: 3, cols: 0 }), new Float32Array(0));
  assertThrows(() => softThreshold24(new Float32Array(5), { rows: 1, cols: 5 }), TypeError, "multiple of 4");
  assertThrows(() => softThreshold24(new Float32Array(5), { rows: 1, cols: 4 }), TypeError, "current value is 5");
});
