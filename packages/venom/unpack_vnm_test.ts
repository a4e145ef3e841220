import { assertEquals, assertThrows } from "@std/assert";
import { fc, fuzz, waves } from "./_testing.ts";
import { packVnm, unpackVnm } from "./pack_vnm.ts";
import { pruneVnm } from "./prune_vnm.ts";

const FORMAT = { rows: 4, cols: 19, v: 2, n: 2, m: 8 };

Deno.test("unpackVnm() of random bytes gives a matrix or a SyntaxError", () => {
  const value = fc.constantFrom(0, 0, 1, NaN);
  const nibbles = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(0x4e9, 0x8cd) }, fc.nat(0xffff));
  const four = fc.oneof(
    fc.constantFrom([0, 1, 2, 7], [3, 4, 5, 6]),
    fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.nat()),
  );
  const parts = fc.tuple(
    fc.array(value, { minLength: 24, maxLength: 24 }),
    fc.array(nibbles, { minLength: 4, maxLength: 4 }),
    fc.array(fc.oneof({ weight: 9, arbitrary: fc.constant([0, 1, 2, 7]) }, four), { minLength: 6, maxLength: 6 }),
  );
  fuzz(parts, ([values, metadata, columns]) => {
    const dense = unpackVnm({
      ...FORMAT,
      values: Float32Array.from(values),
      metadata: Uint16Array.from(metadata),
      columns: Uint32Array.from(columns.flat()),
    });
    return dense.length === 76;
  });
});

Deno.test("unpackVnm() names the place of what is wrong", () => {
  const packed = packVnm(waves(76, 1), FORMAT, pruneVnm(waves(76, 1), FORMAT));
  const columns = packed.columns.with(6, 8);
  assertThrows(() => unpackVnm({ ...packed, columns }), SyntaxError, "at index 6: current value is 8");
  const twice = packed.columns.slice();
  twice[9] = twice[8] ?? 0;
  assertThrows(() => unpackVnm({ ...packed, columns: twice }), SyntaxError, "at index 9");
  const metadata = packed.metadata.with(2, 0x141);
  assertThrows(() => unpackVnm({ ...packed, metadata }), SyntaxError, "in row 2 at group 0: current value is 0x1");
});

Deno.test("unpackVnm() refuses wrong lengths and formats", () => {
  const packed = packVnm(waves(76, 1), FORMAT, pruneVnm(waves(76, 1), FORMAT));
  assertThrows(() => unpackVnm({ ...packed, cols: 27 }), TypeError, "values must be 32: current value is 24");
  assertThrows(() => unpackVnm({ ...packed, metadata: new Uint16Array(5) }), TypeError, "metadata must be 4");
  assertThrows(() => unpackVnm({ ...packed, columns: new Uint32Array(5) }), TypeError, "columns must be 24");
  assertThrows(() => unpackVnm({ ...packed, m: 2 }), RangeError, "m must be");
});

Deno.test("unpackVnm() accepts an empty row that repeats a slot, and refuses what stands where nothing should", () => {
  const format = { rows: 1, cols: 2, v: 1, n: 2, m: 8 };
  const columns = Uint32Array.of(0, 1, 2, 3);
  const empty = { ...format, values: new Float32Array(2), metadata: Uint16Array.of(0), columns };
  assertEquals(unpackVnm(empty), new Float32Array(2));
  const metadata = Uint16Array.of(0xd); // slots 1 and 3; column 3 is beyond the matrix
  assertEquals(unpackVnm({ ...empty, values: Float32Array.of(5, -0), metadata }), Float32Array.of(0, 5));
  const beyond = () => unpackVnm({ ...empty, values: Float32Array.of(5, 6), metadata });
  assertThrows(beyond, SyntaxError, "padding columns must hold 0, in row 0 of group 0: current value is 6");
  const stray = () => unpackVnm({ ...empty, metadata: Uint16Array.of(0xf4) });
  assertThrows(stray, SyntaxError, "in row 0 behind group 0: current value is 0xf0");
});
