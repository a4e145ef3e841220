import { assertEquals, assertThrows } from "@std/assert";
import { fc, fuzz, waves } from "./_testing.ts";
import { packVnm, unpackVnm } from "./pack_vnm.ts";
import { pruneVnm } from "./prune_vnm.ts";
import { decodeSpatha, encodeSpatha } from "./spatha.ts";
import type { VnmFormat } from "./vnm_format.ts";

const floor = Math.floor;

function packPruned(values: Float32Array, format: VnmFormat) {
  return packVnm(values, format, pruneVnm(values, format));
}

/** The shapes on which the public formulae were checked (R, K, M, V), the largest one shortened. */
const SHAPES = [[64, 64, 8, 64], [128, 256, 16, 64], [128, 240, 10, 32], [256, 100, 5, 128], [128, 512, 32, 128]];

for (const [rows = 0, cols = 0, m = 0, v = 0] of SHAPES) {
  Deno.test(`encodeSpatha() equals the closed formulae on ${rows} x ${cols}, ${v}:2:${m}`, () => {
    const packed = packPruned(waves(rows * cols, 7), { rows, cols, v, n: 2, m });
    const groups = Math.ceil(cols / m);
    const words = Math.ceil(groups / 4);
    const padded = Math.ceil(2 * groups / 16) * 16;
    const spatha = encodeSpatha(packed);
    assertEquals(spatha.values.length, rows * padded);
    assertEquals(spatha.columns.length, (rows / v) * (padded / 2) * 4);
    assertEquals(spatha.metadata.length, (rows / 2) * (padded / 8));
    const seen = new Set<number>();
    for (let r = 0; r < rows; r++) {
      for (let g = 0; g < groups; g++) {
        const nibble = ((packed.metadata[r * words + floor(g / 4)] ?? 0) >> (4 * (g % 4))) & 15;
        for (let i = 0; i < 2; i++) {
          const at = floor(r / 16) * 16 * padded + floor(g / 4) * 128 + floor((r % 16) / 4) * 32 + (g % 4) * 8 +
            (r % 4) * 2 + i;
          seen.add(at);
          assertEquals(spatha.values[at], packed.values[(r * groups + g) * 2 + i]);
          const word = spatha.metadata[floor(r / 32) * (padded / 8) * 16 + floor(g / 4) * 16 + floor((r % 32) / 2)] ??
            0;
          assertEquals((word >>> ((r % 2) * 16 + (g % 4) * 4 + i * 2)) & 3, (nibble >> (2 * i)) & 3);
        }
        for (let slot = 0; slot < 4; slot++) {
          const block = floor(r / v);
          const column = spatha.columns[block * (padded / 2) * 4 + 4 * g + slot];
          assertEquals(column, packed.columns[(block * groups + g) * 4 + slot]);
        }
      }
    }
    assertEquals(seen.size, rows * groups * 2);
  });

  Deno.test(`a dense matrix comes out of Spatha's arrays by their own rules on ${rows} x ${cols}, ${v}:2:${m}`, () => {
    const values = waves(rows * cols, 3);
    const packed = packPruned(values, { rows, cols, v, n: 2, m });
    const spatha = encodeSpatha(packed);
    const padded = Math.ceil(2 * Math.ceil(cols / m) / 16) * 16;
    const dense = new Float32Array(rows * cols);
    // Every place of the buffer, padding included: entries beyond the columns are padding.
    for (let r = 0; r < rows; r++) {
      for (let g = 0; g < padded / 2; g++) {
        for (let i = 0; i < 2; i++) {
          const word = spatha.metadata[floor(r / 32) * (padded / 8) * 16 + floor(g / 4) * 16 + floor((r % 32) / 2)] ??
            0;
          const slot = (word >>> ((r % 2) * 16 + (g % 4) * 4 + i * 2)) & 3;
          const offset = spatha.columns[floor(r / v) * (padded / 2) * 4 + 4 * g + slot] ?? 0;
          const column = g * m + offset;
          const at = floor(r / 16) * 16 * padded + floor(g / 4) * 128 + floor((r % 16) / 4) * 32 + (g % 4) * 8 +
            (r % 4) * 2 + i;
          if (column < cols && spatha.values[at] !== 0) dense[r * cols + column] = spatha.values[at] ?? 0;
        }
      }
    }
    assertEquals(dense, unpackVnm(packed));
  });
}

Deno.test("encodeSpatha() fills padding groups with zeros, columns 0..3 and the nibble of an empty group", () => {
  const ones = new Float32Array(32 * 8).fill(1);
  const spatha = encodeSpatha(packPruned(ones, { rows: 32, cols: 8, v: 32, n: 2, m: 8 }));
  assertEquals(spatha.metadata.slice(0, 16), new Uint32Array(16).fill(0xeee4eee4));
  assertEquals(spatha.metadata.slice(16), new Uint32Array(16).fill(0xeeeeeeee));
  assertEquals(spatha.columns, Uint32Array.from({ length: 32 }, (_, i) => i % 4));
  assertEquals(spatha.values.reduce((sum, value) => sum + value, 0), 64);
});

const formats = fc.record({
  rows: fc.nat(2).map((n) => 64 * n),
  cols: fc.nat(90),
  v: fc.constantFrom(1, 16, 32, 64),
  n: fc.constant(2),
  m: fc.integer({ min: 4, max: 12 }),
});

Deno.test("decodeSpatha() undoes encodeSpatha()", () => {
  fc.assert(
    fc.property(formats, fc.nat(50), (format, seed) => {
      const packed = packPruned(waves(format.rows * format.cols, seed), format);
      assertEquals(decodeSpatha(encodeSpatha(packed)), packed);
    }),
    { numRuns: 30 },
  );
});

Deno.test("decodeSpatha() reads any bytes of the right size, and unpackVnm() judges them", () => {
  const format = { rows: 32, cols: 40, v: 32, n: 2, m: 10 };
  const words = fc.array(fc.nat(0xffffffff), { minLength: 32, maxLength: 32 }).map((array) => Uint32Array.from(array));
  const sound = fc.constant(Uint32Array.from({ length: 32 }, (_, i) => i % 4));
  const nibbles = fc.constant(new Uint32Array(32).fill(0xe9dc48e4));
  const { values } = encodeSpatha(packPruned(new Float32Array(32 * 40).fill(1), format));
  fuzz(fc.tuple(fc.oneof(words, nibbles), fc.oneof(words, sound), fc.float()), ([metadata, columns, value]) => {
    const scaled = values.map((one) => one === 0 ? 0 : value);
    const packed = decodeSpatha({ ...format, values: scaled, metadata, columns });
    return unpackVnm(packed).length === 32 * 40;
  });
});

Deno.test("Spatha's arrays need rows in multiples of 32 and the right lengths", () => {
  const packed = packVnm(new Float32Array(16 * 8), { rows: 16, cols: 8, v: 16, n: 2, m: 8 });
  assertThrows(() => encodeSpatha(packed), TypeError, "multiple of 32: current value is 16");
  const spatha = encodeSpatha(packVnm(new Float32Array(32 * 8), { rows: 32, cols: 8, v: 16, n: 2, m: 8 }));
  assertThrows(() => decodeSpatha({ ...spatha, rows: 48 }), TypeError, "current value is 48");
  assertThrows(() => decodeSpatha({ ...spatha, values: new Float32Array(1) }), TypeError, "values must be 512");
  assertThrows(() => decodeSpatha({ ...spatha, metadata: new Uint32Array(1) }), TypeError, "metadata must be 32");
  assertThrows(() => decodeSpatha({ ...spatha, columns: new Uint32Array(1) }), TypeError, "columns must be 64");
  assertThrows(() => decodeSpatha({ ...spatha, m: 0 }), RangeError, "m must be");
});

Deno.test("decodeSpatha() refuses a value in a padding group, and takes any nibbles and columns there", () => {
  const spatha = encodeSpatha(packVnm(new Float32Array(32 * 8), { rows: 32, cols: 8, v: 32, n: 2, m: 8 }));
  const values = spatha.values.with(9, 7); // row 0, group 1, of which the matrix has none
  assertThrows(() => decodeSpatha({ ...spatha, values }), SyntaxError, "in row 0 of group 1: current value is 7");
  const metadata = spatha.metadata.map((word) => word & 0x000f000f);
  const columns = spatha.columns.map((column, i) => i < 4 ? column : 99);
  assertEquals(decodeSpatha({ ...spatha, metadata, columns }), decodeSpatha(spatha));
});
