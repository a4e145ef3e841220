import { assert, assertEquals, assertThrows } from "@std/assert";
import { fc, maskOf, transpose } from "./_testing.ts";
import { is24 } from "./is24.ts";

Deno.test("is24() is true exactly when no group has three", () => {
  fc.assert(fc.property(maskOf(32, 4), (mask) => {
    let fits = true;
    for (let i = 0; i < 32; i += 4) fits &&= mask.slice(i, i + 4).reduce((sum, bit) => sum + bit, 0) <= 2;
    assertEquals(is24(mask, { rows: 4, cols: 8 }), fits);
    assertEquals(is24(transpose(mask, { rows: 4, cols: 8 }), { rows: 8, cols: 4 }, { axis: "rows" }), fits);
  }));
});

Deno.test("is24() counts NaN as non-zero and -0 as zero", () => {
  assertEquals(is24(Float32Array.of(NaN, NaN, NaN, 0), { rows: 1, cols: 4 }), false);
  assert(is24(Float32Array.of(-0, 1, -0, 2), { rows: 1, cols: 4 }));
});

Deno.test("is24() refuses a wrong length", () => {
  assertThrows(() => is24(new Uint8Array(7), { rows: 2, cols: 4 }), TypeError, "current value is 7");
});
