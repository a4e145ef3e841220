import { assert, assertEquals, assertThrows } from "@std/assert";
import { fc } from "./_testing.ts";
import { isVnm } from "./is_vnm.ts";

Deno.test("isVnm() equals its definition, block by block", () => {
  const format = { rows: 4, cols: 11, v: 2, n: 2, m: 6 };
  const bit = fc.integer({ min: 0, max: 5 }).map((x) => x === 0 ? 1 : 0);
  let both = 0;
  fc.assert(
    fc.property(fc.array(bit, { minLength: 44, maxLength: 44 }), (bits) => {
      let fits = true;
      for (let r = 0; r < 4; r += 2) {
        for (let c = 0; c < 11; c += 6) {
          const rows = [r, r + 1].map((row) =>
            Array.from({ length: Math.min(6, 11 - c) }, (_, i) => c + i).filter((col) => bits[row * 11 + col])
          );
          fits &&= rows.every((kept) => kept.length <= 2) && new Set(rows.flat()).size <= 4;
        }
      }
      assertEquals(isVnm(Uint8Array.from(bits), format), fits);
      both |= fits ? 1 : 2;
    }),
    { numRuns: 300 },
  );
  assertEquals(both, 3, "Both answers must have been seen");
});

Deno.test("isVnm() tells too many columns from too many in a row", () => {
  const mask = new Uint8Array(3 * 8);
  for (const i of [0, 1, 8 + 2, 8 + 3]) mask[i] = 1;
  const format = { rows: 3, cols: 8, v: 3, n: 2, m: 8 };
  assert(isVnm(mask, format));
  mask[16 + 4] = 1;
  assertEquals(isVnm(mask, format), false);
  assert(isVnm(mask, { ...format, v: 1 }));
  assertEquals(isVnm(Uint8Array.of(1, 1, 1, 0), { rows: 1, cols: 4, v: 1, n: 2, m: 4 }), false);
});

Deno.test("isVnm() counts NaN as non-zero, -0 as zero, and takes empty matrices", () => {
  const format = { rows: 1, cols: 4, v: 1, n: 2, m: 4 };
  assertEquals(isVnm(Float32Array.of(NaN, 1, 1, -0), format), false);
  assert(isVnm(Float32Array.of(NaN, 1, -0, -0), format));
  assert(isVnm(new Uint8Array(0), { ...format, rows: 0 }));
  assert(isVnm(new Uint8Array(0), { ...format, cols: 0 }));
});

Deno.test("isVnm() refuses a wrong length", () => {
  assertThrows(() => isVnm(new Uint8Array(5), { rows: 1, cols: 4, v: 1, n: 2, m: 4 }), TypeError, "current value is 5");
});
