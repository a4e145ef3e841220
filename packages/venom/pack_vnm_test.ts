import { pack24, prune24 } from "@beyond24/sparse24";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { bitsOf, fc, float32, matrix, thin } from "./_testing.ts";
import { isVnm } from "./is_vnm.ts";
import { packVnm, unpackVnm } from "./pack_vnm.ts";
import { pruneVnm } from "./prune_vnm.ts";

Deno.test("packVnm() with a mask stores exactly the masked values, bit for bit", () => {
  fc.assert(fc.property(matrix(float32), fc.nat(99), ({ values, format }, seed) => {
    const mask = thin(pruneVnm(values, format), seed);
    const packed = packVnm(values, format, mask);
    assertEquals(bitsOf(unpackVnm(packed)), bitsOf(values.map((value, i) => mask[i] ? value : 0)));
    const groups = Math.ceil(format.cols / format.m);
    assertEquals(packed.values.length, format.rows * groups * 2);
    assertEquals(packed.metadata.length, format.rows * Math.ceil(groups / 4));
    assertEquals(packed.columns.length, format.rows / format.v * groups * 4);
  }));
});

Deno.test("packVnm() gives every block four ascending columns: the used ones and the lowest free ones", () => {
  fc.assert(fc.property(matrix(float32), fc.nat(99), ({ values, format }, seed) => {
    const { rows, cols, v, m } = format;
    const mask = thin(pruneVnm(values, format), seed);
    const expected: number[] = [];
    for (let r = 0; r < rows; r += v) {
      for (let c = 0; c < cols; c += m) {
        const offsets = Array.from({ length: m }, (_, i) => i);
        const used = offsets.filter((i) =>
          c + i < cols && Array.from({ length: v }, (_, row) => mask[(r + row) * cols + c + i]).includes(1)
        );
        const free = offsets.filter((i) => !used.includes(i));
        expected.push(...[...used, ...free].slice(0, 4).sort((a, b) => a - b));
      }
    }
    assertEquals(packVnm(values, format, mask).columns, Uint32Array.from(expected));
  }));
});

Deno.test("packVnm() without a mask stores every non-zero or refuses", () => {
  const seen = { stored: 0, refused: 0 };
  const scarce = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(0, -0) }, float32);
  fc.assert(fc.property(matrix(scarce), ({ values, format }) => {
    if (!isVnm(values, format)) {
      seen.refused++;
      assertThrows(() => packVnm(values, format), RangeError, "without a mask the non-zeros must take at most");
      return;
    }
    seen.stored++;
    const packed = packVnm(values, format);
    assertEquals(bitsOf(unpackVnm(packed)), bitsOf(values.map((value) => value === 0 ? 0 : value)));
    assertEquals(packed, packVnm(values, format, Uint8Array.from(values, (value) => value === 0 ? 0 : 1)));
  }));
  assert(seen.stored > 20 && seen.refused > 20, JSON.stringify(seen));
});

Deno.test("packVnm() with m = 4 equals pack24() and keeps columns 0..3", () => {
  fc.assert(fc.property(fc.nat(5), fc.array(float32, { minLength: 1 }), (groups, elements) => {
    const shape = { rows: 4, cols: 4 * groups };
    const values = Float32Array.from({ length: 16 * groups }, (_, i) => elements[i % elements.length] ?? 0);
    const mask = prune24(values, shape);
    const packed = packVnm(values, { ...shape, v: 2, n: 2, m: 4 }, mask);
    const plain = pack24(values, shape, mask);
    assertEquals([packed.values, packed.metadata], [plain.values, plain.metadata]);
    assert(packed.columns.every((column, i) => column === i % 4));
  }));
});

Deno.test("packVnm() completes empty blocks, narrow groups and true zeros by rule", () => {
  const empty = packVnm(new Float32Array(10), { rows: 1, cols: 10, v: 1, n: 2, m: 8 });
  assertEquals(empty.columns, Uint32Array.of(0, 1, 2, 3, 0, 1, 2, 3));
  assertEquals(empty.metadata, Uint16Array.of(0xee));
  const narrow = packVnm(Float32Array.of(7), { rows: 1, cols: 1, v: 1, n: 2, m: 8 });
  assertEquals([narrow.metadata[0], narrow.columns.join()], [0x8, "0,1,2,3"]);
  assertEquals(unpackVnm(narrow), Float32Array.of(7));
  const zeros = packVnm(
    new Float32Array(8),
    { rows: 1, cols: 8, v: 1, n: 2, m: 8 },
    Uint8Array.of(0, 0, 0, 1, 0, 0, 1, 0),
  );
  assertEquals([zeros.metadata[0], zeros.columns.join()], [0xe, "0,1,3,6"]);
});

Deno.test("packVnm() refuses masks that are not V:N:M and wrong lengths", () => {
  const format = { rows: 4, cols: 8, v: 2, n: 2, m: 8 };
  const values = new Float32Array(32);
  const wide = new Uint8Array(32);
  for (const i of [16, 17, 24 + 2, 24 + 3]) wide[i] = 1;
  packVnm(values, format, wide);
  wide.set([0, 1, 0, 1, 1], 24 + 3);
  const columns = "in rows 2..3 from column 0: current value is 6";
  assertThrows(() => packVnm(values, format, wide), RangeError, columns);
  const three = new Uint8Array(32).fill(1, 8, 11);
  assertThrows(() => packVnm(values, format, three), RangeError, "in row 1 from column 0: current value is 3");
  const four = new Uint8Array(32).fill(1, 8, 12);
  assertThrows(() => packVnm(values, format, four), RangeError, "in row 1 from column 0: current value is 4");
  assertThrows(() => packVnm(values, format, new Uint8Array(31)), TypeError, "mask must be 32: current value is 31");
  assertThrows(() => packVnm(new Float32Array(3), format), TypeError, "values must be 32: current value is 3");
});
