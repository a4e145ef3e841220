import { assertEquals, assertThrows } from "@std/assert";
import { fc, float32, groupsOf, matrix, sortedPlaces, transpose } from "./_testing.ts";
import { prune24 } from "./prune24.ts";

const KEYS = { magnitude: Math.abs, value: (value: number) => value } as const;

for (const criterion of ["magnitude", "value"] as const) {
  Deno.test(`prune24() by ${criterion} equals sorting each group`, () => {
    fc.assert(fc.property(matrix(float32, 1, 4), ({ values, shape }) => {
      const expected = groupsOf(values).flatMap((group) => {
        const kept = sortedPlaces(group, KEYS[criterion]).slice(0, 2);
        return group.map((_, place) => kept.includes(place) ? 1 : 0);
      });
      assertEquals(prune24(values, shape, { criterion }), Uint8Array.from(expected));
    }));
  });

  Deno.test(`prune24() by ${criterion} along rows equals the transposed problem`, () => {
    fc.assert(fc.property(matrix(float32, 4, 1), ({ values, shape }) => {
      const flipped = { rows: shape.cols, cols: shape.rows };
      const expected = transpose(prune24(transpose(values, shape), flipped, { criterion }), flipped);
      assertEquals(prune24(values, shape, { criterion, axis: "rows" }), expected);
    }));
  });
}

Deno.test("prune24() decides hazards by rule", () => {
  const shape = { rows: 1, cols: 4 };
  const cases: [number[], number[]][] = [
    [[0, 0, 0, 0], [1, 1, 0, 0]],
    [[-0, 0, -0, 1], [1, 0, 0, 1]],
    [[2, -2, 2, -2], [1, 1, 0, 0]],
    [[1, NaN, Infinity, -Infinity], [0, 1, 1, 0]],
    [[NaN, NaN, NaN, Infinity], [1, 1, 0, 0]],
    [[1e-45, 0, 0, -1e-45], [1, 0, 0, 1]],
  ];
  for (const [values, mask] of cases) {
    assertEquals(prune24(Float32Array.from(values), shape), Uint8Array.from(mask), String(values));
  }
});

Deno.test("prune24() ranks every NaN payload and sign alike", () => {
  const values = new Float32Array(4);
  new Uint32Array(values.buffer).set([0x7f800001, 0xffffffff, 0x7fffffff, 0x7f800000]);
  assertEquals(prune24(values, { rows: 1, cols: 4 }), Uint8Array.of(1, 1, 0, 0));
  assertEquals(prune24(values, { rows: 1, cols: 4 }, { criterion: "value" }), Uint8Array.of(1, 1, 0, 0));
});

Deno.test("prune24() reads a view into a larger buffer", () => {
  const values = Float32Array.of(9, 9, 1, 2, 3, 4).subarray(2);
  assertEquals(prune24(values, { rows: 1, cols: 4 }), Uint8Array.of(0, 0, 1, 1));
});

Deno.test("prune24() refuses bad sizes and options", () => {
  const values = new Float32Array(12);
  assertThrows(
    () => prune24(values, { rows: 2, cols: 6 }),
    TypeError,
    "cols must be a multiple of 4: current value is 6",
  );
  assertThrows(
    () => prune24(values, { rows: 2, cols: 6 }, { axis: "rows" }),
    TypeError,
    "rows must be a multiple of 4",
  );
  assertThrows(() => prune24(values, { rows: 2, cols: 4 }), TypeError, "must be 8: current value is 12");
  assertThrows(() => prune24(values, { rows: -1, cols: 4 }), RangeError, "rows");
  assertThrows(() => prune24(values, { rows: 1, cols: NaN }), RangeError, "cols");
  assertThrows(() => prune24(values, { rows: 3, cols: 4 }, { axis: "x" as "cols" }), RangeError, "axis");
  assertThrows(() => prune24(values, { rows: 3, cols: 4 }, { criterion: "x" as "value" }), RangeError, "criterion");
});
