import { assert, assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { decodeSafetensors, decodeSafetensorsHeader } from "./decode_safetensors.ts";
import { encodeSafetensors } from "./encode_safetensors.ts";

/** A file from a header and the bytes after it, without any check. */
function fileOf(header: string | Uint8Array, data: readonly number[] = [], length?: bigint): Uint8Array<ArrayBuffer> {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

function entry(dtype: unknown, shape: unknown, offsets: unknown): string {
  return JSON.stringify({ dtype, shape, data_offsets: offsets });
}

Deno.test("decodeSafetensors reads a file written by hand", () => {
  const header =
    ' {"b":{"dtype":"I16","shape":[2,1],"data_offsets":[4,8]},"a":{"shape":[],"data_offsets":[0,4],"dtype":"F32"}, ' +
    '"__metadata__":{"format":"pt"}}';
  const file = fileOf(header.slice(1) + "  ", [0, 0, 128, 63, 1, 0, 255, 255]);
  assertEquals(decodeSafetensors(file), {
    tensors: {
      b: { dtype: "I16", shape: [2, 1], data: Int16Array.of(1, -1) },
      a: { dtype: "F32", shape: [], data: Float32Array.of(1) },
    },
    metadata: { format: "pt" },
  });
  // White space in front, as other writers may leave it and the reference implementation takes.
  assertEquals(decodeSafetensors(fileOf(" \n\t\r" + header, [0, 0, 128, 63, 1, 0, 255, 255])), decodeSafetensors(file));
});

Deno.test("decodeSafetensors accepts no tensors, empty tensors and unknown fields", () => {
  assertEquals(decodeSafetensors(fileOf("{}")), { tensors: {}, metadata: {} });
  const file = fileOf(
    '{"a":{"dtype":"F64","shape":[0,3],"data_offsets":[0,0],"note":1},"b":' + entry("U8", [1], [0, 1]) + "}",
    [9],
  );
  assertEquals(decodeSafetensors(file).tensors, {
    a: { dtype: "F64", shape: [0, 3], data: new Float64Array(0) },
    b: { dtype: "U8", shape: [1], data: Uint8Array.of(9) },
  });
});

Deno.test("decodeSafetensors makes views where it can and copies where it must", () => {
  const file = encodeSafetensors({ a: { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) } });
  const { a } = decodeSafetensors(file).tensors;
  assertEquals(a?.data.buffer, file.buffer);
  for (let shift = 1; shift < 8; shift++) {
    const buffer = new Uint8Array(file.length + 8);
    buffer.set(file, shift);
    const moved = decodeSafetensors(buffer.subarray(shift, shift + file.length)).tensors.a;
    assertEquals(moved?.data, Float32Array.of(1, 2));
    assertEquals(moved?.data.buffer === buffer.buffer, shift === 4);
  }
  const odd = Buffer.concat([Buffer.of(0), file]).subarray(1);
  assertEquals(decodeSafetensors(odd).tensors.a?.data, Float32Array.of(1, 2));
  const shared = new Uint8Array(new SharedArrayBuffer(file.length));
  shared.set(file);
  assertEquals([...(decodeSafetensors(shared).tensors.a?.data ?? [])], [1, 2]);
});

Deno.test("decodeSafetensorsHeader needs only the header", () => {
  const file = fileOf(`{"a":${entry("F32", [2], [0, 8])}}`);
  const { entries, fileBytes } = decodeSafetensorsHeader(file);
  assertEquals(fileBytes, file.length + 8);
  assertEquals(entries.a, { dtype: "F32", shape: [2], start: file.length, end: file.length + 8 });
  assertThrows(() => decodeSafetensors(file), RangeError, `describes ${file.length + 8} bytes`);
});

Deno.test("decodeSafetensors refuses bad lengths with a RangeError", () => {
  assertThrows(() => decodeSafetensors(new Uint8Array(7)), RangeError, "8 bytes of length");
  assertThrows(() => decodeSafetensors(fileOf("{}", [], 3n)), RangeError, "the header ends at byte 11");
  assertThrows(() => decodeSafetensors(fileOf("{}", [], 100_000_001n)), RangeError, "at most 100000000 bytes");
  assertThrows(() => decodeSafetensors(fileOf("{}", [], 2n ** 64n - 1n)), RangeError, "at most 100000000 bytes");
  assertThrows(() => decodeSafetensors(fileOf("{}", [1])), RangeError, "describes 10 bytes: current value is 11");
});

Deno.test("decodeSafetensors refuses offsets that overlap, leave holes or do not fit", () => {
  const two = (first: number[], second: number[], size = 4) =>
    fileOf(`{"a":${entry("U8", [4], first)},"b":${entry("U8", [size], second)}}`, new Array(16).fill(0));
  assertThrows(() => decodeSafetensors(two([0, 4], [3, 7])), RangeError, "without overlap or hole");
  assertThrows(() => decodeSafetensors(two([0, 4], [0, 4])), RangeError, "without overlap or hole");
  assertThrows(() => decodeSafetensors(two([0, 4], [5, 9])), RangeError, "here at data offset 4: current value is 5");
  assertThrows(() => decodeSafetensors(two([4, 8], [8, 12])), RangeError, "here at data offset 0: current value is 4");
  assertThrows(() => decodeSafetensors(two([0, 4], [4, 9])), RangeError, "must span 4 bytes");
  assertThrows(() => decodeSafetensors(two([4, 0], [4, 8])), RangeError, "current value is -4");
  const overflow = fileOf(`{"a":${entry("U8", [2 ** 40, 2 ** 40], [0, 8])}}`, new Array(8).fill(0));
  assertThrows(() => decodeSafetensors(overflow), RangeError, "must span");
  // 2^80 elements do not fit 64 bits, even if nothing is left of them afterwards; nothing from the start is nothing.
  assertThrows(() => decodeSafetensors(fileOf(`{"a":${entry("U8", [2 ** 40, 2 ** 40, 0], [0, 0])}}`)), RangeError);
  assertEquals(Object.keys(decodeSafetensors(fileOf(`{"a":${entry("U8", [0, 2 ** 40, 2 ** 40], [0, 0])}}`)).tensors), [
    "a",
  ]);
});

Deno.test("decodeSafetensors refuses malformed headers with a SyntaxError", () => {
  const bad: [string | Uint8Array, string][] = [
    ["", "must be JSON"],
    ["{", "must be JSON"],
    ["[]", "must be an object"],
    ["null", "must be an object"],
    [Uint8Array.of(0x7b, 0xff, 0x7d), "must be UTF-8"],
    [Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d), "must be JSON"],
    ['{"a":1}', "its entry must be an object"],
    [`{"a":${entry(null, [1], [0, 1])}}`, "dtype must be the name of a type"],
    [`{"a":${entry(["F32"], [1], [0, 1])}}`, "dtype must be the name of a type"],
    [`{"a":${entry("U8", [-1], [0, 1])}}`, "shape must be"],
    [`{"a":${entry("U8", [0.5], [0, 1])}}`, "shape must be"],
    [`{"a":${entry("U8", "1", [0, 1])}}`, "shape must be"],
    ['{"a":{"dtype":"U8","shape":[-0],"data_offsets":[0,0]}}', "shape must be"],
    [`{"a":${entry("U8", [1], [0])}}`, "data_offsets must be two"],
    [`{"a":${entry("U8", [1], [0, 1, 2])}}`, "data_offsets must be two"],
    [`{"a":${entry("U8", [1], ["0", 1])}}`, "data_offsets must be two"],
    [`{"a":${entry("U8", [1], [0, 2 ** 53])}}`, "data_offsets must be two"],
    ['{"__metadata__":{"a":1}}', "__metadata__ must map names to strings"],
    ['{"__metadata__":[]}', "__metadata__ must map names to strings"],
    ['{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}', "shape must be"],
    ['{"a":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}', "shape must be"],
    ['{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1.0]}}', "data_offsets must be two"],
    ['{"a":{"dtype":"U8","shape":[1],"data_offsets":[-0,1]}}', "data_offsets must be two"],
    [`{"\\ud800":${entry("U8", [1], [0, 1])}}`, "well-formed Unicode"],
    ['{"__metadata__":{"a":"\\udc00"}}', "well-formed Unicode"],
    ['{"__metadata__":{"\\udc00\\ud800":"a"}}', "well-formed Unicode"],
    [`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"note":"\\ud800"}}`, "well-formed Unicode"],
    ['{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"note":1e999}}', "must be JSON"],
    [`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"note":${"[".repeat(126)}${"]".repeat(126)}}}`, "128 deep"],
    [`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "Cannot decode safetensors"],
  ];
  for (const [header, message] of bad) assertThrows(() => decodeSafetensors(fileOf(header, [0])), SyntaxError, message);
  const long = `{"a":"${"x".repeat(1000)}"}`;
  assert(assertThrows(() => decodeSafetensors(fileOf(long)), SyntaxError).message.length < 400);
});

Deno.test("decodeSafetensors takes null for no metadata, pairs of surrogates, any numbers where none are read", () => {
  assertEquals(decodeSafetensors(fileOf('{"__metadata__":null}')), { tensors: {}, metadata: {} });
  const one = `{"dtype":"U8","shape":[1],"data_offsets":[0,1],"note":[-1.5e3,-0,${"[".repeat(124)}${"]".repeat(124)}]}`;
  const { tensors, metadata } = decodeSafetensors(
    fileOf(`{"\\ud83d\\ude00":${one},"__metadata__":{"a":"\\ud83d\\ude00"}}`, [7]),
  );
  assertEquals([Object.keys(tensors), metadata], [["\u{1f600}"], { a: "\u{1f600}" }]);
});

Deno.test("a tensor of an element type without an array is unreadable, the rest of the file is read", () => {
  const header = {
    a: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
    c: { dtype: "C64", shape: [1], data_offsets: [4, 12] },
    e8: { dtype: "F8_E4M3", shape: [2, 1], data_offsets: [12, 14] },
    f4: { dtype: "F4", shape: [4], data_offsets: [14, 16] },
    f6: { dtype: "F6_E2M3", shape: [4], data_offsets: [16, 19] },
    new: { dtype: "toString", shape: [5], data_offsets: [19, 20] },
    z: { dtype: "U8", shape: [1], data_offsets: [20, 21] },
  };
  const file = fileOf(JSON.stringify(header), Array.from({ length: 21 }, (_, i) => i));
  const { tensors, unreadable = {}, metadata } = decodeSafetensors(file);
  assertEquals(Object.keys(tensors), ["a", "z"]);
  assertEquals(tensors.z?.data, Uint8Array.of(20));
  assertEquals(metadata, {});
  assertEquals(Object.keys(unreadable), ["c", "e8", "f4", "f6", "new"]);
  const { dtype, shape, start, end } = unreadable.e8 ?? { dtype: "", shape: [], start: 0, end: 0 };
  assertEquals([dtype, shape, [...file.subarray(start, end)]], ["F8_E4M3", [2, 1], [12, 13]]);
  assertEquals(decodeSafetensorsHeader(file).unreadable, unreadable);
  // Their bits are known, so their sizes are checked, and half a byte is none.
  const bad = [["F4", [3], [0, 2]], ["F4", [4], [0, 3]], ["F8_E5M2", [3], [0, 2]], ["C64", [1], [0, 4]]] as const;
  for (const [dtype, shape, offsets] of bad) {
    const refused = fileOf(`{"a":${entry(dtype, shape, offsets)}}`, new Array(offsets[1]).fill(0));
    assertThrows(() => decodeSafetensors(refused), RangeError, "must span");
  }
  assertThrows(() => decodeSafetensors(fileOf(`{"a":${entry("NEW", [1], [2, 1])}}`, [0])), RangeError, "must span");
  assertThrows(() => decodeSafetensors(fileOf(`{"a":${entry("NEW", [1], [1, 2])}}`, [0, 0])), RangeError, "hole");
});

Deno.test("decodeSafetensors refuses equal names, however they are written", () => {
  const one = entry("U8", [1], [0, 1]);
  const repeated = [
    `{"a":${one},"a":${one}}`,
    `{"a":${one},"\\u0061" \n\t:${one}}`,
    '{"__metadata__":{"k":"1","k":"2"}}',
    '{"__metadata__":{},"__metadata__":{}}',
    '{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}',
    `{"\\"a\\\\":${one},"\\"a\\\\":${one}}`,
  ];
  for (const header of repeated) {
    assertThrows(() => decodeSafetensors(fileOf(header, [0])), SyntaxError, "names must be unique");
  }
  const nested = '{"dtype":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"__metadata__":{"dtype":"dtype"}}';
  assertEquals(Object.keys(decodeSafetensors(fileOf(nested, [0])).tensors), ["dtype"]);
});

function assertDecodesOrRefuses(bytes: Uint8Array): void {
  try {
    const { tensors } = decodeSafetensors(bytes);
    for (const { shape, data } of Object.values(tensors)) {
      assertEquals(data.length, shape.reduce((count, size) => count * size, 1));
    }
  } catch (error) {
    assert(error instanceof SyntaxError || error instanceof RangeError, String(error));
    assert(error.message.startsWith("Cannot decode "), error.message);
  }
}

Deno.test("decodeSafetensors never fails but with its own errors: random bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), assertDecodesOrRefuses), { numRuns: 500 });
});

Deno.test("decodeSafetensors never fails but with its own errors: random JSON headers", () => {
  const key = fc.constantFrom("a", "__metadata__", "__proto__", "dtype", "shape", "data_offsets");
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.record({
      dtype: fc.constantFrom("U8", "F32", "BOOL", "F16", "X"),
      shape: fc.array(fc.nat(3), { maxLength: 3 }),
      data_offsets: fc.tuple(fc.nat(8), fc.nat(8)),
    }),
  );
  const header = fc.dictionary(key, value).map((object) => JSON.stringify(object));
  fc.assert(
    fc.property(header, fc.nat(16), (text, bytes) => assertDecodesOrRefuses(fileOf(text, new Array(bytes).fill(1)))),
    { numRuns: 500 },
  );
});

Deno.test("decodeSafetensors never fails but with its own errors: mutated files", () => {
  const file = encodeSafetensors({
    weight: { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    mask: { dtype: "BOOL", shape: [3], data: Uint8Array.of(1, 0, 1) },
  }, { format: "pt" });
  const mutation = fc.record({ at: fc.nat(file.length - 1), byte: fc.nat(255), cut: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 4 }), (mutations) => {
      const mutated = file.slice();
      for (const { at, byte } of mutations) mutated[at] = byte;
      assertDecodesOrRefuses(mutated.subarray(0, file.length - (mutations[0]?.cut ?? 0)));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("decodeSafetensors refuses what is no Uint8Array", () => {
  for (
    const bytes of [
      [8, 0, 0, 0, 0, 0, 0, 0],
      new ArrayBuffer(16),
      new Uint16Array(8),
      new DataView(new ArrayBuffer(16)),
      null,
    ]
  ) {
    const decode = () => decodeSafetensors(bytes as unknown as Uint8Array);
    assertThrows(decode, TypeError, "bytes must be a Uint8Array");
  }
});

Deno.test("decodeSafetensors refuses every file that was cut", () => {
  const file = encodeSafetensors({ a: { dtype: "I64", shape: [2], data: BigInt64Array.of(1n, -1n) } });
  for (let length = 0; length < file.length; length++) {
    assertThrows(() => decodeSafetensors(file.subarray(0, length)), RangeError, "Cannot decode safetensors");
  }
});
