import { encodeBf16, roundTo } from "@beyond24/device";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

function rounded(value: number, dtype: "f32" | "bf16" | "f16" | "i32"): number {
  const values = Float32Array.of(value);
  roundTo(values, dtype);
  return values[0] ?? NaN;
}

Deno.test("roundTo() rounds halfway cases to the even neighbour", () => {
  const ulp = 2 ** -7;
  assertEquals(rounded(1 + ulp / 2, "bf16"), 1);
  assertEquals(rounded(1 + 3 * ulp / 2, "bf16"), 1 + 2 * ulp);
  assertEquals(rounded(-1 - ulp / 2 - 2 ** -20, "bf16"), -1 - ulp);
  assertEquals(rounded(1 + 2 ** -11, "f16"), 1);
  assertEquals(rounded(1 + 3 * 2 ** -11, "f16"), 1 + 2 ** -9);
});

Deno.test("roundTo() keeps what is special", () => {
  for (const dtype of ["bf16", "f16"] as const) {
    for (const value of [0, -0, Infinity, -Infinity, NaN]) assert(Object.is(rounded(value, dtype), value));
  }
  assertEquals(rounded(3.4e38, "bf16"), Infinity);
  assertEquals(rounded(65520, "f16"), Infinity);
});

Deno.test("roundTo() keeps a NaN whose payload lies in the dropped bits", () => {
  const values = new Float32Array(Uint32Array.of(0x7f800001).buffer);
  roundTo(values, "bf16");
  assert(Number.isNaN(values[0]));
});

Deno.test("roundTo() leaves f32 and i32 alone", () => {
  assertEquals([rounded(Math.fround(0.1), "f32"), rounded(7, "i32")], [Math.fround(0.1), 7]);
});

Deno.test("roundTo() picks the nearest bf16 and is idempotent", () => {
  fc.assert(fc.property(fc.float({ noNaN: true, min: Math.fround(-1e30), max: Math.fround(1e30) }), (value) => {
    const result = rounded(value, "bf16");
    assertEquals(rounded(result, "bf16"), result);
    const bits = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
    const neighbours = [bits & 0xffff0000, (bits & 0xffff0000) + 0x10000].map((word) =>
      new Float32Array(Uint32Array.of(word).buffer)[0] ?? NaN
    );
    const distance = Math.min(...neighbours.map((neighbour) => Math.abs(neighbour - value)));
    assertEquals(Math.abs(result - value), distance);
  }));
});

Deno.test("encodeBf16() gives the upper halves of what roundTo() gives, and leaves the values", () => {
  const special = [0, 0x80000000, 0x7f800000, 0xff800000, 0x7f800001, 0xffc00000, 0x7f7fffff, 0xff7fffff, 0x3f808000];
  const random = fc.uint32Array({ minLength: 1, maxLength: 40 });
  fc.assert(fc.property(random, (words) => {
    const bits = Uint32Array.of(...special, ...words);
    const values = new Float32Array(bits.slice().buffer);
    const encoded = encodeBf16(values);
    assertEquals(new Uint32Array(values.buffer), bits);
    roundTo(values, "bf16");
    assertEquals([...encoded], [...new Uint32Array(values.buffer)].map((word) => word >>> 16));
    assertEquals([...new Uint32Array(values.buffer)].every((word) => (word & 0xffff) === 0), true);
  }));
});
