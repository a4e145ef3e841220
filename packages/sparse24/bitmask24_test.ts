import { assertEquals, assertThrows } from "@std/assert";
import { fc, float32, fuzz, maskOf, matrix } from "./_testing.ts";
import { decodeBitmask24, encodeBitmask24 } from "./bitmask24.ts";
import { pack24, unpackMask24 } from "./pack24.ts";

const packedMatrix = matrix(float32, 1, 4).chain(({ values, shape }) =>
  maskOf(values.length, 2).map((mask) => pack24(values, shape, mask))
);

Deno.test("encodeBitmask24() sets bit j of byte i for column 8i + j, two per group", () => {
  fc.assert(fc.property(packedMatrix, (packed) => {
    const { rows, cols, compressed, bitmask } = encodeBitmask24(packed);
    const mask = unpackMask24(packed);
    const bytes = Math.ceil(cols / 8);
    assertEquals([bitmask.length, compressed], [rows * bytes, packed.values]);
    const expected = new Uint8Array(rows * bytes);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++) {
        const byte = r * bytes + Math.floor(c / 8);
        expected[byte] = (expected[byte] ?? 0) + (mask[r * cols + c] ?? 0) * 2 ** (c % 8);
      }
    }
    assertEquals(bitmask, expected);
  }));
});

Deno.test("decodeBitmask24() undoes encodeBitmask24()", () => {
  fc.assert(fc.property(packedMatrix, (packed) => assertEquals(decodeBitmask24(encodeBitmask24(packed)), packed)));
});

Deno.test("decodeBitmask24() of random bytes gives a sound matrix or a SyntaxError", () => {
  const byte = fc.oneof(fc.constantFrom(0x33, 0x5a, 0xc9), fc.constantFrom(0x33, 0x5a, 0x06), fc.nat(255));
  const sizes = fc.record({ rows: fc.nat(3), groups: fc.nat(4), bytes: fc.uint8Array({ minLength: 6, maxLength: 6 }) });
  const input = fc.oneof(
    sizes,
    sizes.chain((size) =>
      fc.array(byte, { minLength: 6, maxLength: 6 }).map((bytes) => ({ ...size, bytes: Uint8Array.from(bytes) }))
    ),
  );
  fuzz(input, ({ rows, groups, bytes }) => {
    const bitmask = bytes.slice(0, rows * Math.ceil(groups / 2));
    const packed = decodeBitmask24({
      rows,
      cols: 4 * groups,
      compressed: new Float32Array(rows * groups * 2),
      bitmask,
    });
    return String(encodeBitmask24(packed).bitmask) === String(bitmask);
  });
});

Deno.test("decodeBitmask24() refuses wrong counts, stray bits and wrong lengths", () => {
  const form = encodeBitmask24(
    pack24(Float32Array.from({ length: 24 }, (_, i) => i % 4 < 2 ? 1 : 0), { rows: 2, cols: 12 }),
  );
  const poke = (at: number, value: number) => ({ ...form, bitmask: form.bitmask.with(at, value) });
  assertThrows(() => decodeBitmask24(poke(2, 0x37)), SyntaxError, "in row 1 from column 0: current value is 0b0111");
  assertThrows(() => decodeBitmask24(poke(1, 0x13)), SyntaxError, "0 bits must be set in row 0 from column 12");
  assertThrows(() => decodeBitmask24({ ...form, cols: 10 }), TypeError, "multiple of 4");
  assertThrows(() => decodeBitmask24({ ...form, rows: 1 }), TypeError, "compressed must be 6");
  assertThrows(() => decodeBitmask24({ ...form, bitmask: new Uint8Array(3) }), TypeError, "bitmask must be 4");
  assertThrows(() => decodeBitmask24({ ...form, rows: -1 }), RangeError, "current value is -1");
});

Deno.test("encodeBitmask24() refuses CUTLASS's empty group, which names one place only", () => {
  const packed = { rows: 1, cols: 4, values: new Float32Array(2), metadata: Uint16Array.of(0) };
  assertThrows(() => encodeBitmask24(packed), SyntaxError, "current value is 1");
});
