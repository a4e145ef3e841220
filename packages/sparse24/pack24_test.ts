import { assert, assertEquals, assertThrows } from "@std/assert";
import { bitsOf, fc, float32, maskOf, matrix } from "./_testing.ts";
import { is24 } from "./is24.ts";
import { nibble24, pack24, unpack24, unpackMask24 } from "./pack24.ts";
import { softThreshold24 } from "./soft_threshold24.ts";

const masked = matrix(float32, 1, 4).chain(({ values, shape }) =>
  maskOf(values.length, 2).map((mask) => ({ values, shape, mask }))
);

Deno.test("pack24() with a mask stores exactly the masked values, bit for bit", () => {
  fc.assert(fc.property(masked, ({ values, shape, mask }) => {
    const packed = pack24(values, shape, mask);
    assertEquals(bitsOf(unpack24(packed)), bitsOf(values.map((value, i) => mask[i] ? value : 0)));
    const stored = unpackMask24(packed);
    assertEquals(stored.reduce((sum, bit) => sum + bit, 0), values.length / 2);
    assertEquals(stored.some((bit, i) => bit < (mask[i] ?? 0)), false);
  }));
});

Deno.test("pack24() lays nibbles out little-endian, each row in its own words, unused nibbles 0", () => {
  fc.assert(fc.property(masked, ({ values, shape: { rows, cols }, mask }) => {
    const words = Math.ceil(cols / 16);
    const expected = new Uint16Array(rows * words);
    for (let i = 0; i < mask.length; i += 4) {
      const code = mask.slice(i, i + 4).reduce((bits, bit, place) => bits + bit * 2 ** place, 0);
      const group = (i % cols) / 4;
      const word = Math.floor(i / cols) * words + Math.floor(group / 4);
      expected[word] = (expected[word] ?? 0) + nibble24(code) * 16 ** (group % 4);
    }
    assertEquals(pack24(values, { rows, cols }, mask).metadata, expected);
  }));
});

Deno.test("pack24() without a mask stores every non-zero or refuses", () => {
  const seen = { stored: 0, refused: 0 };
  fc.assert(fc.property(matrix(fc.oneof(fc.constantFrom(0, -0, 0), float32), 1, 4), ({ values, shape }) => {
    if (!is24(values, shape)) {
      seen.refused++;
      assertThrows(() => pack24(values, shape), RangeError, "at most two non-zeros");
      return;
    }
    seen.stored++;
    assertEquals(bitsOf(unpack24(pack24(values, shape))), bitsOf(values.map((value) => value === 0 ? 0 : value)));
    assertEquals(pack24(values, shape), pack24(values, shape, Uint8Array.from(values, (value) => value === 0 ? 0 : 1)));
  }));
  assert(seen.stored > 20 && seen.refused > 20, JSON.stringify(seen));
});

Deno.test("pack24() keeps the payload of a NaN, signalling or not", () => {
  const values = new Float32Array(4);
  new Uint32Array(values.buffer).set([0x7f800001, 0xffc12345]);
  assertEquals(bitsOf(unpack24(pack24(values, { rows: 1, cols: 4 }))), bitsOf(values));
});

Deno.test("pack24() stores a soft-thresholded matrix without loss", () => {
  fc.assert(fc.property(matrix(float32, 1, 4), ({ values, shape }) => {
    const sparse = softThreshold24(values, shape);
    assertEquals(is24(sparse, shape), true);
    assertEquals(unpack24(pack24(sparse, shape)), sparse);
  }));
});

Deno.test("pack24() completes deficient groups as torch does, with and without a mask", () => {
  const cases: [number[], number, number[]][] = [
    [[0, 0, 0, 0], 0xe, [0, 0]],
    [[5, 0, 0, 0], 0x8, [5, 0]],
    [[0, 5, 0, 0], 0x9, [5, 0]],
    [[0, 0, 5, 0], 0xe, [5, 0]],
    [[0, 0, 0, 5], 0xe, [0, 5]],
    [[-0, -0, -0, 5], 0xe, [0, 5]],
    [[NaN, 0, 0, 0], 0x8, [NaN, 0]],
  ];
  for (const [group, nibble, stored] of cases) {
    const values = Float32Array.from(group);
    const mask = Uint8Array.from(group, (value) => value === 0 ? 0 : 1);
    for (const packed of [pack24(values, { rows: 1, cols: 4 }), pack24(values, { rows: 1, cols: 4 }, mask)]) {
      assertEquals(packed.metadata, Uint16Array.of(nibble));
      assertEquals(packed.values, Float32Array.from(stored));
    }
  }
});

Deno.test("pack24() with a mask keeps true zeros and their sign in place", () => {
  const packed = pack24(Float32Array.of(-0, 7, 0, 7), { rows: 1, cols: 4 }, Uint8Array.of(1, 0, 1, 0));
  assertEquals(packed.metadata, Uint16Array.of(0x8));
  assertEquals(bitsOf(packed.values), Uint32Array.of(0x80000000, 0));
});

Deno.test("pack24() does not leak a dropped value into a completed place", () => {
  const packed = pack24(Float32Array.of(1, 2, 3, 4), { rows: 1, cols: 4 }, Uint8Array.of(1, 0, 0, 0));
  assertEquals(packed.values, Float32Array.of(1, 0));
});

Deno.test("pack24() refuses ragged sizes and masks that keep too many", () => {
  assertThrows(() => pack24(new Float32Array(6), { rows: 1, cols: 6 }), TypeError, "multiple of 4: current value is 6");
  assertThrows(() => pack24(new Float32Array(8), { rows: 1, cols: 4 }), TypeError, "must be 4: current value is 8");
  assertThrows(() => pack24(new Float32Array(8), { rows: 2, cols: 4 }, new Uint8Array(4)), TypeError, "mask must be 8");
  const dense = new Uint8Array(16).fill(1);
  const where = "in row 0 from column 0: current value is 4";
  assertThrows(() => pack24(new Float32Array(16), { rows: 2, cols: 8 }, dense), RangeError, where);
  const three = Uint8Array.of(1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1);
  const later = "in row 1 from column 4: current value is 3";
  const lossy = Float32Array.from(three);
  assertThrows(() => pack24(lossy, { rows: 2, cols: 8 }), RangeError, `(or a mask says which to keep), ${later}`);
  assertThrows(() => pack24(new Float32Array(16), { rows: 2, cols: 8 }, three), RangeError, later);
});
