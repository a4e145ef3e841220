import { assertEquals, assertThrows } from "@std/assert";
import { assertClose, assertSame, assertTypeError, relativeError } from "./close.ts";

Deno.test("relativeError() is the norm of the difference over the norm", () => {
  assertEquals(relativeError([3, 4.5], [3, 4]), 0.1);
  assertEquals(relativeError([0, 2], [0, 0]), 2);
  assertEquals(relativeError([], []), 0);
});

Deno.test("assertClose() fails on NaN, on too few elements and on too much error", () => {
  assertClose([1, 2.000001], [1, 2], 1e-5, "x");
  assertThrows(() => assertClose([1, NaN], [1, 2], 1, "x"), Error, "x: relative error NaN > 1 (element 1");
  assertThrows(() => assertClose([1], [1, 2], 1, "x"), Error, "x: expected 2 elements, got 1");
  assertThrows(() => assertClose([1, 2.1], [1, 2], 1e-3, "x"), Error, "element 1 should be 2");
});

Deno.test("assertClose() finds one wrong element among many", () => {
  const expected = new Float64Array(1e6).fill(1);
  const actual = expected.slice();
  actual[777] = 2;
  assertThrows(() => assertClose(actual, expected, 2e-3, "x"), Error, "x: element 777 should be 1");
});

Deno.test("assertSame() takes NaN for NaN and -0 for 0", () => {
  assertSame([NaN, -0, 3], [NaN, 0, 3], "x");
  assertThrows(() => assertSame([1, 2], [1, 3], "x"), Error, "x: element 1 should be 3: current value is 2");
  assertThrows(() => assertSame([NaN], [0], "x"), Error, "current value is NaN");
  assertThrows(() => assertSame([], [0], "x"), Error, "expected 1 elements, got 0");
});

Deno.test("assertTypeError() demands a TypeError", () => {
  assertTypeError(() => {
    throw new TypeError("right");
  }, "x");
  assertThrows(() => assertTypeError(() => {}, "x"), Error, "got none");
  assertThrows(
    () =>
      assertTypeError(() => {
        throw new RangeError("other");
      }, "x"),
    Error,
    "got RangeError: other",
  );
});
