import { assert, assertEquals, assertThrows } from "@std/assert";
import * as sparse24 from "./mod.ts";
import { fc, refusesOtherArrays, worksWithin } from "./_testing.ts";
import type { Packed24 } from "./pack24.ts";

const shape = { rows: 1, cols: 4 };
const packed: Packed24 = { ...shape, values: new Float32Array(2), metadata: Uint16Array.of(4) };
const bitmask = { ...shape, compressed: new Float32Array(2), bitmask: Uint8Array.of(3) };

/** Every array argument of every exported function: what it takes, and a call with it. `never` lets anything in. */
const calls: Readonly<Record<string, readonly (readonly [string, (array: never) => unknown])[]>> = {
  decodeBitmask24: [
    ["Float32Array", (compressed) => sparse24.decodeBitmask24({ ...bitmask, compressed })],
    ["Uint8Array", (bytes) => sparse24.decodeBitmask24({ ...bitmask, bitmask: bytes })],
  ],
  decodeMetadata24: [
    ["Uint8Array Uint16Array Uint32Array", (words) => sparse24.decodeMetadata24(words, shape, "row-major")],
  ],
  encodeBitmask24: [
    ["Float32Array", (values) => sparse24.encodeBitmask24({ ...packed, values })],
    ["Uint16Array", (metadata) => sparse24.encodeBitmask24({ ...packed, metadata })],
  ],
  encodeMetadata24: [["Uint16Array", (metadata) => sparse24.encodeMetadata24(metadata, shape, "row-major")]],
  flipRate24: [
    ["Uint8Array", (mask) => sparse24.flipRate24(mask, new Uint8Array(4))],
    ["Uint8Array", (mask) => sparse24.flipRate24(new Uint8Array(4), mask)],
  ],
  hash32: [],
  is24: [["Uint8Array Float32Array", (mask) => sparse24.is24(mask, shape)]],
  keepTwo24: [],
  metadataWords24: [],
  nibble24: [],
  pack24: [
    ["Float32Array", (values) => sparse24.pack24(values, shape)],
    ["Uint8Array Undefined", (mask) => sparse24.pack24(new Float32Array(4), shape, mask)],
  ],
  prune24: [["Float32Array", (values) => sparse24.prune24(values, shape)]],
  pruneTransposable24: [
    ["Float32Array", (values) => sparse24.pruneTransposable24(values, { rows: 4, cols: 4 }, { algorithm: "exact" })],
  ],
  selectUnbiased24: [["Float32Array", (values) => sparse24.selectUnbiased24(values, shape, { seed: 1 })]],
  softThreshold24: [["Float32Array", (values) => sparse24.softThreshold24(values, shape)]],
  softThresholdScale24: [["Float32Array", (values) => sparse24.softThresholdScale24(values, shape)]],
  unpack24: [
    ["Float32Array", (values) => sparse24.unpack24({ ...packed, values })],
    ["Uint16Array", (metadata) => sparse24.unpack24({ ...packed, metadata })],
  ],
  unpackMask24: [
    ["Float32Array", (values) => sparse24.unpackMask24({ ...packed, values })],
    ["Uint16Array", (metadata) => sparse24.unpackMask24({ ...packed, metadata })],
  ],
};

Deno.test("every exported function refuses arrays of another type with a TypeError", () => {
  const functions = Object.entries(sparse24).filter(([, value]) => typeof value === "function").map(([name]) => name);
  assertEquals(Object.keys(calls).sort(), functions.sort());
  for (const call of Object.values(calls).flat()) refusesOtherArrays(...call);
});

Deno.test("a message says what is wanted and what was found", () => {
  const values = [1, 2, 3, 4] as unknown as Float32Array;
  const found = "Cannot prune as values must be a Float32Array: current value is of type Array";
  assertThrows(() => sparse24.prune24(values, shape), TypeError, found);
  const half = new Float16Array(4) as unknown as Float32Array;
  const wanted = "Cannot pack as values must be a Float32Array: current value is of type Float16Array";
  assertThrows(() => sparse24.pack24(half, shape), TypeError, wanted);
});

Deno.test("work and memory are bounded by the arrays, whatever the sizes claim", () => {
  const [floats, bytes, words] = [new Float32Array(0), new Uint8Array(0), new Uint16Array(0)];
  const most = 2 ** 53 - 1;
  for (const shape of [{ rows: most - 3, cols: 0 }, { rows: 0, cols: most - 3 }]) {
    worksWithin(1000, () => {
      for (const axis of ["cols", "rows"] as const) {
        assertEquals(sparse24.prune24(floats, shape, { axis }), bytes);
        assertEquals(sparse24.softThreshold24(floats, shape, { axis }), floats);
        assertEquals(sparse24.selectUnbiased24(floats, shape, { axis, seed: 1 }), floats);
        assert(sparse24.is24(bytes, shape, { axis }));
      }
      assertEquals(sparse24.pruneTransposable24(floats, shape, { algorithm: "exact" }), bytes);
      const packed = sparse24.pack24(floats, shape);
      assertEquals(packed, { ...shape, values: floats, metadata: words });
      assertEquals(sparse24.unpack24(packed), floats);
      assertEquals(sparse24.unpackMask24(packed), bytes);
      const encoded = sparse24.encodeBitmask24(packed);
      assertEquals(encoded, { ...shape, compressed: floats, bitmask: bytes });
      assertEquals(sparse24.decodeBitmask24(encoded), packed);
      for (const layout of ["row-major", "cutlass-sm90-8bit", "wgmma-sm90"] as const) {
        assertEquals(sparse24.encodeMetadata24(words, shape, layout), words);
        assertEquals(sparse24.decodeMetadata24(bytes, shape, layout), words);
      }
    });
  }
});

Deno.test("decoders of any arrays and sizes give a result or a typed error, in time", () => {
  const size = fc.oneof(fc.nat(9), fc.constantFrom(4, 8, 2 ** 32, 2 ** 53 - 1, -1, 0.5, NaN));
  const sizes = fc.record({ rows: size, cols: size });
  const floats = fc.array(fc.constantFrom(0, 1, NaN), { maxLength: 32 }).map((values) => Float32Array.from(values));
  const words = fc.uint16Array({ maxLength: 16 });
  const bytes = fc.uint8Array({ maxLength: 16 });
  const layout = fc.constantFrom("row-major", "cutlass-sm80", "cutlass-sm90-8bit", "wgmma-sm90", "__proto__");
  const input = fc.tuple(sizes, floats, words, bytes, layout);
  fc.assert(
    fc.property(input, ([shape, values, metadata, bitmask, layout]) => {
      const decoders = [
        () => sparse24.unpack24({ ...shape, values, metadata }),
        () => sparse24.unpackMask24({ ...shape, values, metadata }),
        () => sparse24.encodeBitmask24({ ...shape, values, metadata }),
        () => sparse24.decodeBitmask24({ ...shape, compressed: values, bitmask }),
        () => sparse24.decodeMetadata24(bitmask, shape, layout as "row-major"),
        () => sparse24.encodeMetadata24(metadata, shape, layout as "row-major"),
      ];
      for (const decode of decoders) {
        try {
          decode();
        } catch (error) {
          assert(error instanceof Error && error.message.startsWith("Cannot "), String(error));
        }
      }
    }),
    { numRuns: 1000 },
  );
});
