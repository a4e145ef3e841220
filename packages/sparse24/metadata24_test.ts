import { seededRandom } from "@beyond24/routing";
import { assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { fc } from "./_testing.ts";
import type { MatrixShape } from "./matrix_shape.ts";
import { decodeMetadata24, encodeMetadata24, type MetadataLayout24 } from "./metadata24.ts";

const LAYOUTS: readonly MetadataLayout24[] = ["row-major", "cutlass-sm80", "cutlass-sm90-8bit", "wgmma-sm90"];
const floor = Math.floor;

/** Canonical metadata in which every nibble is random. */
function randomMetadata({ rows, cols }: MatrixShape, seed: number): Uint16Array {
  const words = Math.ceil(cols / 16);
  const next = seededRandom(seed);
  return Uint16Array.from({ length: rows * words }, (_, i) => {
    const used = i % words === words - 1 && cols % 16 !== 0 ? 2 ** (cols % 16) - 1 : 0xffff;
    return Math.floor(next() * 0x10000) & used;
  });
}

function canonicalNibble(metadata: Uint16Array, cols: number, m: number, k: number): number {
  return ((metadata[m * Math.ceil(cols / 16) + floor(k / 16)] ?? 0) >> (4 * floor((k % 16) / 4))) & 15;
}

/** Nibble number n of a buffer of little-endian bytes. */
function bufferNibble(buffer: Uint16Array, n: number): number {
  return ((new Uint8Array(buffer.buffer)[floor(n / 2)] ?? 0) >> (4 * (n % 2))) & 15;
}

/** Where the public formulae put the nibble of (row m, column k), counted in nibbles from the start of the buffer. */
const FORMULAE = {
  "cutlass-sm80": (m: number, k: number, rows: number) => {
    const c = floor(k / 16);
    const word = floor(c / 2) * 2 * rows + floor(m / 32) * 64 + (m % 8) * 8 + floor((m % 32) / 16) * 4 + (c % 2) * 2 +
      floor(m / 8) % 2;
    return word * 4 + floor((k % 16) / 4);
  },
  "cutlass-sm90-8bit": (m: number, k: number, rows: number) =>
    (floor(k / 128) * Math.ceil(rows / 64) * 64 * 16 + m * 16 + floor((k % 128) / 8)) * 2 + floor((k % 8) / 4),
  // CUTLASS's E tensor of 16-bit data with tile K = 128, written as its element formula, not as the handbook's words.
  "wgmma-sm90": (m: number, k: number, rows: number) => {
    const columns = 4;
    const [m0, m1, m2] = [m % 8, floor(m / 8) % 2, floor((m % 64) / 16)];
    const [k0, k1, k2] = [k % 16, floor(k / 16) % 2, floor((k % 128) / 32)];
    const element = k0 + 16 * m1 + 32 * k2 + 32 * columns * m0 + 256 * columns * k1 + 512 * columns * m2;
    const atom = floor(k / 128) * Math.ceil(rows / 64) + floor(m / 64);
    return (atom * 64 * 128 + element) / 4;
  },
} as const;

for (const layout of ["cutlass-sm80", "cutlass-sm90-8bit", "wgmma-sm90"] as const) {
  Deno.test(`encodeMetadata24() ${layout} equals the closed formula, nibble by nibble, and is a bijection`, () => {
    for (const shape of [{ rows: 64, cols: 128 }, { rows: 128, cols: 256 }, { rows: 192, cols: 128 }]) {
      const metadata = randomMetadata(shape, shape.rows + shape.cols);
      const encoded = encodeMetadata24(metadata, shape, layout);
      assertEquals(encoded.byteLength, shape.rows * shape.cols / 8);
      const seen = new Set<number>();
      for (let m = 0; m < shape.rows; m++) {
        for (let k = 0; k < shape.cols; k += 4) {
          const place = floor(FORMULAE[layout](m, k, shape.rows));
          seen.add(place);
          assertEquals(bufferNibble(encoded, place), canonicalNibble(metadata, shape.cols, m, k));
        }
      }
      assertEquals(seen.size, shape.rows * shape.cols / 4);
      assertEquals(Math.max(...seen), seen.size - 1);
    }
  });
}

Deno.test("encodeMetadata24() wgmma-sm90 gives every thread its metadata registers in one 16-byte read", () => {
  const shape = { rows: 64, cols: 128 };
  const metadata = randomMetadata(shape, 5);
  const words = new Uint32Array(encodeMetadata24(metadata, shape, "wgmma-sm90").buffer);
  for (let t = 0; t < 128; t++) {
    const [warp, lane] = [floor(t / 32), t % 32];
    const [h, q] = [lane % 2, floor(lane / 4)];
    for (let step = 0; step < 4; step++) {
      const register = words[((warp * 2 + h) * 8 + q) * 4 + step] ?? 0;
      for (let nibble = 0; nibble < 8; nibble++) {
        const row = 16 * warp + q + (nibble < 4 ? 0 : 8);
        const column = 32 * step + 16 * h + 4 * (nibble % 4);
        assertEquals((register >>> (4 * nibble)) & 15, canonicalNibble(metadata, 128, row, column));
      }
    }
  }
});

const sizes = fc.record({
  rows: fc.nat(5).map((n) => 32 * n),
  cols: fc.nat(9).map((n) => 32 * n),
  seed: fc.nat(),
});
const raggedSizes = fc.record({ rows: fc.nat(140), cols: fc.nat(70).map((n) => 4 * n), seed: fc.nat() });

for (const layout of LAYOUTS) {
  Deno.test(`decodeMetadata24() ${layout} undoes encodeMetadata24(), from any view of the bytes`, () => {
    fc.assert(
      fc.property(layout === "cutlass-sm80" ? sizes : raggedSizes, ({ seed, ...shape }) => {
        const metadata = randomMetadata(shape, seed);
        const encoded = encodeMetadata24(metadata, shape, layout);
        const odd = new Uint8Array(encoded.byteLength + 1).subarray(1);
        odd.set(new Uint8Array(encoded.buffer));
        assertEquals(decodeMetadata24(encoded, shape, layout), metadata);
        assertEquals(decodeMetadata24(odd, shape, layout), metadata);
      }),
      { numRuns: 40 },
    );
  });

  Deno.test(`decodeMetadata24() ${layout} moves random words as a permutation`, () => {
    const shape = { rows: 64, cols: 256 };
    const encoded = randomMetadata(shape, 9);
    const decoded = decodeMetadata24(encoded, shape, layout);
    assertEquals(encodeMetadata24(decoded, shape, layout), encoded);
    assertEquals(decoded.toSorted(), encoded.toSorted());
  });

  Deno.test(`decodeMetadata24() ${layout} refuses a buffer of any other size`, () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      fc.pre(bytes.length !== 64 * 128 / 8);
      const decode = () => decodeMetadata24(bytes, { rows: 64, cols: 128 }, layout);
      assertThrows(decode, TypeError, `must be 1024: current value is ${bytes.length}`);
    }));
  });
}

Deno.test("decodeMetadata24() reads a Buffer at an odd offset, whose slice() is a view", () => {
  const buffer = Buffer.from([9, 0x44, 0x44, 9]).subarray(1, 3);
  assertEquals(decodeMetadata24(buffer, { rows: 1, cols: 16 }, "row-major"), Uint16Array.of(0x4444));
});

Deno.test("encodeMetadata24() pads with the nibble of an empty group", () => {
  for (const layout of ["cutlass-sm90-8bit", "wgmma-sm90"] as const) {
    const encoded = encodeMetadata24(Uint16Array.of(4), { rows: 1, cols: 4 }, layout);
    assertEquals(encoded.length, 512);
    assertEquals(encoded[0], 0xeee4);
    assertEquals(encoded.subarray(1).every((word) => word === 0xeeee), true);
  }
  assertEquals(encodeMetadata24(Uint16Array.of(4), { rows: 1, cols: 4 }, "row-major"), Uint16Array.of(4));
});

Deno.test("unused nibbles of canonical metadata must be 0, those of a device's padding may be anything", () => {
  const shape = { rows: 2, cols: 20 };
  const stray = Uint16Array.of(0x4444, 0x4, 0x4444, 0x1f4);
  const where = "in row 1 behind group 4: current value is 0x1f0";
  for (const layout of ["row-major", "wgmma-sm90", "cutlass-sm90-8bit"] as const) {
    assertThrows(() => encodeMetadata24(stray, shape, layout), SyntaxError, where);
  }
  assertThrows(() => decodeMetadata24(stray, shape, "row-major"), SyntaxError, where);
  const zeroed = encodeMetadata24(Uint16Array.of(0x4), { rows: 1, cols: 4 }, "wgmma-sm90")
    .map((word, i) => i === 0 ? word & 15 : 0);
  assertEquals(decodeMetadata24(zeroed, { rows: 1, cols: 4 }, "wgmma-sm90"), Uint16Array.of(0x4));
});

Deno.test("encodeMetadata24() refuses bad sizes and names", () => {
  const words = new Uint16Array(4);
  assertThrows(() => encodeMetadata24(words, { rows: 2, cols: 32 }, "cutlass-sm80"), TypeError, "multiple of 32");
  assertThrows(() => encodeMetadata24(words, { rows: 32, cols: 16 }, "cutlass-sm80"), TypeError, "current value is 16");
  assertThrows(() => encodeMetadata24(words, { rows: 1, cols: 16 }, "row-major"), TypeError, "current value is 4");
  assertThrows(() => encodeMetadata24(words, { rows: 1, cols: 6 }, "row-major"), TypeError, "multiple of 4");
  assertThrows(() => encodeMetadata24(words, { rows: 1, cols: 64 }, "x" as "row-major"), RangeError, "is x");
  assertThrows(() => decodeMetadata24(words, { rows: 1, cols: 64 }, "x" as "row-major"), RangeError, "decode metadata");
});
