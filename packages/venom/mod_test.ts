import { assert, assertEquals, assertThrows } from "@std/assert";
import { fc, refusesOtherArrays, worksWithin } from "./_testing.ts";
import * as venom from "./mod.ts";

const format = { rows: 32, cols: 8, v: 32, n: 2, m: 8 };
const packed = venom.packVnm(new Float32Array(256), format);
const spatha = venom.encodeSpatha(packed);

/** Every array argument of every exported function: what it takes, and a call with it. `never` lets anything in. */
const calls: Readonly<Record<string, readonly (readonly [string, (array: never) => unknown])[]>> = {
  decodeSpatha: [
    ["Float32Array", (values) => venom.decodeSpatha({ ...spatha, values })],
    ["Uint32Array", (metadata) => venom.decodeSpatha({ ...spatha, metadata })],
    ["Uint32Array", (columns) => venom.decodeSpatha({ ...spatha, columns })],
  ],
  encodeSpatha: [
    ["Float32Array", (values) => venom.encodeSpatha({ ...packed, values })],
    ["Uint16Array", (metadata) => venom.encodeSpatha({ ...packed, metadata })],
    ["Uint32Array", (columns) => venom.encodeSpatha({ ...packed, columns })],
  ],
  isVnm: [["Uint8Array Float32Array", (mask) => venom.isVnm(mask, { ...format, rows: 1, v: 1, cols: 4 })]],
  packVnm: [
    ["Float32Array", (values) => venom.packVnm(values, { ...format, rows: 1, v: 1, cols: 4 })],
    ["Uint8Array Undefined", (mask) => venom.packVnm(new Float32Array(4), { ...format, rows: 1, v: 1, cols: 4 }, mask)],
  ],
  pruneVnm: [["Float32Array", (values) => venom.pruneVnm(values, { ...format, rows: 1, v: 1, cols: 4 })]],
  unpackVnm: [
    ["Float32Array", (values) => venom.unpackVnm({ ...packed, values })],
    ["Uint16Array", (metadata) => venom.unpackVnm({ ...packed, metadata })],
    ["Uint32Array", (columns) => venom.unpackVnm({ ...packed, columns })],
  ],
};

Deno.test("every exported function refuses arrays of another type with a TypeError", () => {
  const functions = Object.entries(venom).filter(([, value]) => typeof value === "function").map(([name]) => name);
  assertEquals(Object.keys(calls).sort(), functions.sort());
  for (const call of Object.values(calls).flat()) refusesOtherArrays(...call);
});

Deno.test("work and memory are bounded by the arrays, whatever the format claims", () => {
  const [floats, bytes] = [new Float32Array(0), new Uint8Array(0)];
  const none = { values: floats, metadata: new Uint16Array(0), columns: new Uint32Array(0) };
  const formats = [
    { rows: 2 ** 53 - 32, cols: 0, v: 1, n: 2, m: 4 },
    { rows: 2 ** 52, cols: 0, v: 2 ** 52, n: 2, m: 65_536 },
    { rows: 0, cols: 2 ** 53 - 1, v: 2 ** 53 - 1, n: 2, m: 65_536 },
  ];
  for (const format of formats) {
    worksWithin(1000, () => {
      assertEquals(venom.pruneVnm(floats, format), bytes);
      assert(venom.isVnm(bytes, format));
      const packed = venom.packVnm(floats, format);
      assertEquals(packed, { ...format, ...none });
      assertEquals(venom.unpackVnm(packed), floats);
      const spatha = venom.encodeSpatha(packed);
      assertEquals(spatha, { ...format, ...none, metadata: new Uint32Array(0) });
      assertEquals(venom.decodeSpatha(spatha), packed);
    });
  }
});

Deno.test("a block wider than any kernel's is refused before anything is allocated", () => {
  const format = { rows: 1, cols: 2 ** 32, v: 1, n: 2, m: 2 ** 32 };
  const packed = { values: new Float32Array(2), metadata: Uint16Array.of(4), columns: Uint32Array.of(0, 1, 2, 3) };
  const refused = "m must be a whole number from 4 to 65536: current value is 4294967296";
  assertThrows(() => venom.unpackVnm({ ...format, ...packed }), RangeError, refused);
  assertThrows(() => venom.isVnm(new Uint8Array(6), format), RangeError, refused);
  assertThrows(() => venom.packVnm(new Float32Array(6), format), RangeError, refused);
});

Deno.test("decoders of any arrays and formats give a result or a typed error, in time", () => {
  const size = (...likely: number[]) => fc.constantFrom(...likely, 0, 1, 2 ** 32, 2 ** 53 - 1, -1, 0.5, NaN);
  const formats = fc.record({
    rows: size(2, 4, 32, 64),
    cols: size(4, 8, 9, 16, 20),
    v: size(1, 2, 4, 32),
    n: size(2, 2, 2, 2, 2, 2, 2, 2),
    m: size(4, 5, 8, 16, 65_536),
  });
  const input = fc.tuple(formats, fc.nat(64), fc.nat(70_000), fc.nat(16));
  fc.assert(
    fc.property(input, ([format, metadataLength, column, value]) => {
      const groups = Math.ceil(format.cols / format.m);
      const length = (count: number) => Number.isSafeInteger(count) && count >= 0 && count < 1e5 ? count : 3;
      const arrays = {
        values: new Float32Array(length(format.rows * 2 * groups)).fill(value),
        metadata: new Uint16Array(length(format.rows * Math.ceil(groups / 4)) || metadataLength).fill(0x4444),
        columns: Uint32Array.from(
          { length: length(format.rows / format.v * groups * 4) },
          (_, i) => i % 4 + column % 5,
        ),
      };
      const decoders = [
        () => venom.unpackVnm({ ...format, ...arrays }),
        () => venom.encodeSpatha({ ...format, ...arrays }),
        () => venom.decodeSpatha({ ...format, ...arrays, metadata: Uint32Array.from(arrays.metadata) }),
      ];
      for (const decode of decoders) {
        try {
          decode();
        } catch (error) {
          assert(error instanceof Error && error.message.startsWith("Cannot "), String(error));
        }
      }
    }),
    { numRuns: 2000 },
  );
});
