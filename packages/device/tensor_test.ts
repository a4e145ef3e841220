import { elementCount, reshape, rowRange, type Tensor } from "@beyond24/device";
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";

function tensor(...shape: number[]): Tensor {
  return { shape, dtype: "f32", storage: { bytes: 4 * elementCount(shape) }, offset: 0 };
}

Deno.test("elementCount() of no axes is one", () => {
  assertEquals([elementCount([]), elementCount([3, 4]), elementCount([5, 0])], [1, 12, 0]);
});

Deno.test("reshape() keeps storage, offset and type", () => {
  const original = { ...tensor(2, 6), dtype: "bf16", offset: 7 } as const;
  assertEquals(reshape(original, [3, 4]), { ...original, shape: [3, 4] });
});

Deno.test("reshape() refuses another element count", () => {
  assertThrows(() => reshape(tensor(2, 6), [3, 5]), TypeError, "current value is [2,6] to [3,5]");
});

Deno.test("rowRange() of rowRange() is one rowRange()", () => {
  const ranges = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.nat(9)).map(([a, b, c, d]) => {
    const [start, end] = [Math.min(a, b), Math.max(a, b)];
    const [from, to] = [Math.min(c, d), Math.max(c, d)].map((row) => Math.min(row, end - start));
    return [start, end, from ?? 0, to ?? 0] as const;
  });
  fc.assert(fc.property(ranges, ([start, end, from, to]) => {
    const twice = rowRange(rowRange(tensor(9, 3, 2), start, end), from, to);
    assertEquals(twice, rowRange(tensor(9, 3, 2), start + from, start + to));
    assertEquals(twice.offset, 6 * (start + from));
  }));
});

Deno.test("rowRange() refuses rows outside", () => {
  for (const [start, end] of [[-1, 2], [0, 4], [2, 1], [NaN, 2]] as const) {
    assertThrows(() => rowRange(tensor(3, 2), start, end), RangeError, "they leave its 3 rows");
  }
});
