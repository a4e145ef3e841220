import { assertEquals, assertThrows } from "@std/assert";
import { fc, fuzz } from "./_testing.ts";
import { pack24, type Packed24, unpack24, unpackMask24 } from "./pack24.ts";

const LEGAL = [0x4, 0x8, 0xc, 0x9, 0xd, 0xe];

/** A packed form with sound lengths and random contents. */
const garbage: fc.Arbitrary<Packed24> = fc.tuple(fc.nat(4), fc.nat(9)).chain(([rows, groups]) => {
  const words = rows * Math.ceil(groups / 4);
  return fc.record({
    rows: fc.constant(rows),
    cols: fc.constant(4 * groups),
    values: fc.array(fc.constantFrom(0, 1, NaN), { minLength: 2 * rows * groups, maxLength: 2 * rows * groups })
      .map((values) => Float32Array.from(values)),
    metadata: fc.array(fc.oneof(fc.nat(0xffff), fc.constant(0x9e4c)), { minLength: words, maxLength: words })
      .map((values) => Uint16Array.from(values)),
  });
});

for (const unpack of [unpack24, unpackMask24]) {
  Deno.test(`${unpack.name}() of random bytes gives a matrix or a SyntaxError`, () => {
    fuzz(garbage, (packed) => unpack(packed).length === packed.rows * packed.cols);
  });

  Deno.test(`${unpack.name}() refuses wrong lengths and sizes`, () => {
    const packed = pack24(new Float32Array(40), { rows: 2, cols: 20 });
    assertThrows(() => unpack({ ...packed, cols: 18 }), TypeError, "current value is 18");
    assertThrows(() => unpack({ ...packed, rows: 1 }), TypeError, "values must be 10: current value is 20");
    assertThrows(() => unpack({ ...packed, rows: 0.5 }), RangeError, "current value is 0.5");
    assertThrows(() => unpack({ ...packed, metadata: new Uint16Array(3) }), TypeError, "metadata must be 4");
  });
}

Deno.test("unpack24() puts both values of every nibble in place or refuses it", () => {
  for (let nibble = 0; nibble < 16; nibble++) {
    const packed = { rows: 1, cols: 4, values: Float32Array.of(7, 8), metadata: Uint16Array.of(nibble) };
    if (!LEGAL.includes(nibble)) {
      assertThrows(() => unpack24(packed), SyntaxError, `current value is 0x${nibble.toString(16)}`);
      continue;
    }
    const expected = [0, 0, 0, 0];
    expected[nibble % 4] = 7;
    expected[Math.floor(nibble / 4)] = 8;
    assertEquals(unpack24(packed), Float32Array.from(expected));
    assertEquals(unpackMask24(packed), Uint8Array.from(expected, (value) => value === 0 ? 0 : 1));
  }
});

Deno.test("unpack24() accepts CUTLASS's empty group", () => {
  const packed = { rows: 1, cols: 4, values: Float32Array.of(0, 0), metadata: Uint16Array.of(0) };
  assertEquals(unpack24(packed), new Float32Array(4));
  assertEquals(unpackMask24(packed), Uint8Array.of(1, 0, 0, 0));
});

Deno.test("unpack24() refuses what stands in unused nibbles", () => {
  const packed = { rows: 1, cols: 4, values: Float32Array.of(1, 2), metadata: Uint16Array.of(0xf4) };
  const where = "in row 0 behind group 0: current value is 0xf0";
  assertThrows(() => unpack24(packed), SyntaxError, where);
  assertThrows(() => unpackMask24(packed), SyntaxError, where);
});

Deno.test("unpack24() names the place of a bad nibble", () => {
  const packed = pack24(Float32Array.from({ length: 16 }, (_, i) => i % 2), { rows: 2, cols: 8 });
  packed.metadata[1] = 0x14;
  assertThrows(() => unpack24(packed), SyntaxError, "in row 1 at group 1: current value is 0x1");
});
