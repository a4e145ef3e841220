import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decodeSafetensors } from "./decode_safetensors.ts";
import { encodeSafetensors, encodeSafetensorsHeader, encodeSafetensorsParts } from "./encode_safetensors.ts";
import type { SafetensorsDtype, SafetensorsTensor, SafetensorsTensors } from "./safetensors_tensor.ts";

const widths: Record<SafetensorsDtype, number> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

function tensorOf(dtype: SafetensorsDtype, shape: number[], bytes: Uint8Array<ArrayBuffer>): SafetensorsTensor {
  const buffer = bytes.buffer;
  switch (dtype) {
    case "F64":
      return { dtype, shape, data: new Float64Array(buffer) };
    case "F32":
      return { dtype, shape, data: new Float32Array(buffer) };
    case "F16":
      return { dtype, shape, data: new Float16Array(buffer) };
    case "BF16":
      return { dtype, shape, data: new Uint16Array(buffer) };
    case "I64":
      return { dtype, shape, data: new BigInt64Array(buffer) };
    case "I32":
      return { dtype, shape, data: new Int32Array(buffer) };
    case "I16":
      return { dtype, shape, data: new Int16Array(buffer) };
    case "I8":
      return { dtype, shape, data: new Int8Array(buffer) };
    case "U64":
      return { dtype, shape, data: new BigUint64Array(buffer) };
    case "U32":
      return { dtype, shape, data: new Uint32Array(buffer) };
    case "U16":
      return { dtype, shape, data: new Uint16Array(buffer) };
    default:
      return { dtype, shape, data: new Uint8Array(buffer) };
  }
}

const anyTensor = fc.record({
  dtype: fc.constantFrom(...Object.keys(widths) as SafetensorsDtype[]),
  shape: fc.array(fc.nat(3), { maxLength: 3 }),
  byte: fc.nat(255),
}).map(({ dtype, shape, byte }) => {
  const bytes = shape.reduce((count, size) => count * size, 1) * widths[dtype];
  return tensorOf(dtype, shape, Uint8Array.from({ length: bytes }, (_, i) => byte + 37 * i));
});

const name = fc.string({ unit: "grapheme", maxLength: 6 }).filter((text) => text !== "__metadata__");
const anyTensors: fc.Arbitrary<SafetensorsTensors> = fc.dictionary(name, anyTensor).map((tensors) => ({ ...tensors }));
const anyMetadata = fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }))
  .map((metadata) => ({ ...metadata }));

function bits(tensors: SafetensorsTensors): unknown {
  return Object.entries(tensors).sort(([a], [b]) => a < b ? -1 : 1).map(([name, { dtype, shape, data }]) => [
    name,
    dtype,
    shape,
    [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
  ]);
}

Deno.test("encodeSafetensors and decodeSafetensors are inverse to the last bit", () => {
  fc.assert(fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
    const file = decodeSafetensors(encodeSafetensors(tensors, metadata));
    assertEquals(bits(file.tensors), bits(tensors));
    assertEquals(Object.entries(file.metadata).sort(), Object.entries(metadata).sort());
  }));
});

Deno.test("encodeSafetensors gives the same bytes whatever the order, aligned, the same again after decoding", () => {
  fc.assert(fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
    const file = encodeSafetensors(tensors, metadata);
    const reversed = Object.fromEntries(Object.entries(tensors).reverse());
    const reversedMetadata = Object.fromEntries(Object.entries(metadata).reverse());
    assertEquals(encodeSafetensors(reversed, reversedMetadata), file);
    const decoded = decodeSafetensors(file);
    assertEquals(encodeSafetensors(decoded.tensors, decoded.metadata), file);
    for (const { data } of Object.values(decoded.tensors)) assertEquals(data.buffer === file.buffer, true);
  }));
});

Deno.test("encodeSafetensors writes the exact bytes of the format", () => {
  const tensors: SafetensorsTensors = {
    "b": { dtype: "U8", shape: [1], data: Uint8Array.of(5) },
    "\u{10000}": { dtype: "F32", shape: [], data: Float32Array.of(-0) },
    "\uffff": { dtype: "F32", shape: [1, 1], data: Float32Array.of(1) },
    "a": { dtype: "BF16", shape: [2], data: Uint16Array.of(0x3f80, 0x7fc0) },
  };
  const file = encodeSafetensors(tensors, { z: "1", y: "\n" });
  const header = '{"__metadata__":{"y":"\\n","z":"1"},' +
    '"\uffff":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},' +
    '"\u{10000}":{"dtype":"F32","shape":[],"data_offsets":[4,8]},' +
    '"a":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},' +
    '"b":{"dtype":"U8","shape":[1],"data_offsets":[12,13]}}';
  const length = new TextEncoder().encode(header).length;
  const padded = Math.ceil(length / 8) * 8;
  assertEquals(file.subarray(0, 8), Uint8Array.of(padded % 256, Math.floor(padded / 256), 0, 0, 0, 0, 0, 0));
  assertEquals(new TextDecoder().decode(file.subarray(8, 8 + padded)), header + " ".repeat(padded - length));
  const data = [0, 0, 128, 63, 0, 0, 0, 128, 0x80, 0x3f, 0xc0, 0x7f, 5];
  assertEquals([...file.subarray(8 + padded)], data);
});

Deno.test("encodeSafetensors without tensors and without metadata", () => {
  assertEquals(encodeSafetensors({}), Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode("{}      ")));
});

Deno.test("encodeSafetensors pads a header of metadata alone, as the reference implementation does", () => {
  const header = '{"__metadata__":{"framework":"pt"}}     ';
  const expected = Uint8Array.of(40, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(header));
  assertEquals(encodeSafetensors({}, { framework: "pt" }), expected);
});

Deno.test("encodeSafetensors keeps names that mean something to JavaScript", () => {
  const data = Uint8Array.of(1);
  const tensors: SafetensorsTensors = Object.fromEntries(
    ["__proto__", "constructor", "1", ""].map((name) => [name, { dtype: "U8", shape: [1], data }]),
  );
  const decoded = decodeSafetensors(encodeSafetensors(tensors)).tensors;
  assertEquals(Object.keys(decoded).sort(), ["", "1", "__proto__", "constructor"]);
});

Deno.test("encodeSafetensorsParts does not copy tensors, and views of larger arrays keep to themselves", () => {
  const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  const [header, piece] = encodeSafetensorsParts({ a: { dtype: "F32", shape: [2], data } });
  assertEquals((header?.length ?? 1) % 8, 0);
  assertEquals([piece?.buffer === data.buffer, piece?.byteOffset, piece?.length], [true, 4, 8]);
});

Deno.test("encodeSafetensors takes the bits of F16 too, which come back as numbers", () => {
  const file = encodeSafetensors({ a: { dtype: "F16", shape: [2], data: Uint16Array.of(0x3c00, 0xc000) } });
  assertEquals(decodeSafetensors(file).tensors.a?.data, Float16Array.of(1, -2));
});

Deno.test("encodeSafetensors refuses what a file cannot hold", () => {
  const data = Uint8Array.of(1, 2);
  const good = { dtype: "U8", shape: [2], data } as const;
  const refuse = (tensors: unknown, message: string) =>
    assertThrows(() => encodeSafetensors(tensors as SafetensorsTensors), TypeError, message);
  refuse({ __metadata__: good }, "not reserved");
  refuse({ "\ud800": good }, "well-formed");
  refuse({ a: { ...good, dtype: "F8" } }, "its dtype must be known: current value is F8");
  refuse({ a: { ...good, dtype: "hasOwnProperty" } }, "its dtype must be known");
  refuse({ a: { ...good, shape: [3] } }, "shape [3] has 3 elements: current value is 2");
  refuse({ a: { ...good, shape: [-2, -1] } }, "integers >= 0");
  refuse({ a: { ...good, shape: [0.5, 4] } }, "integers >= 0");
  refuse({ a: { ...good, dtype: "I8" } }, "its array must fit I8: current value is Uint8Array");
  refuse({ a: { ...good, data: [1, 2] } }, "current value is Array");
  refuse({ a: null }, 'Cannot encode tensor "a" as it must be an object');
  refuse(undefined, "must be an object: current value is Undefined");
  refuse({ a: { ...good, data: new DataView(new ArrayBuffer(2)) } }, "current value is DataView");
  const long = { a: { dtype: "F32", shape: [2 ** 40, 2 ** 23] }, b: { dtype: "U8", shape: [1] } } as const;
  assertThrows(() => encodeSafetensorsHeader(long), RangeError, "at most 8 PiB");
  const overflow = { a: { dtype: "U8", shape: [2 ** 40, 2 ** 40, 0] } } as const;
  assertThrows(() => encodeSafetensorsHeader(overflow), RangeError, "must fit 64 bits");
  const metadata = { step: 1 } as unknown as Record<string, string>;
  assertThrows(() => encodeSafetensors({}, metadata), TypeError, 'Cannot encode metadata "step"');
  assertThrows(() => encodeSafetensors({}, { a: "\udc00" }), TypeError, "well-formed");
  assertThrows(() => encodeSafetensors({}, { a: "x".repeat(100_000_000) }), RangeError, "at most 100000000 bytes");
});
