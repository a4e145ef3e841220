import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeSafetensors, decodeSafetensorsHeader } from "./decode_safetensors.ts";
import { encodeSafetensorsHeader, type SafetensorsDescription } from "./encode_safetensors.ts";

/** Bits of the element types of the reference implementation, written down anew. */
const BITS: Readonly<Record<string, bigint>> = {
  ...{ BOOL: 8n, U8: 8n, I8: 8n, U16: 16n, I16: 16n, F16: 16n, BF16: 16n, U32: 32n, I32: 32n, F32: 32n },
  ...{ U64: 64n, I64: 64n, F64: 64n, C64: 64n, F8_E5M2: 8n, F8_E4M3: 8n, F6_E2M3: 6n, F6_E3M2: 6n, F4: 4n },
};
const READABLE = ["BOOL", "U8", "I8", "U16", "I16", "F16", "BF16", "U32", "I32", "F32", "U64", "I64", "F64"];

/** Bytes of a tensor as the reference implementation finds them: 64-bit products from the left, none that overflows. */
function referenceBytes(shape: readonly bigint[], bits: bigint): bigint | undefined {
  let product = 1n;
  for (const size of [...shape, bits]) {
    product *= size;
    if (product > 2n ** 64n - 1n) return undefined;
  }
  return product % 8n === 0n ? product / 8n : undefined;
}

/** A tensor of a header as text: numbers as they are written. */
interface Written {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly string[];
  readonly offsets: readonly string[];
}

function isInteger(text: string): boolean {
  return /^(0|[1-9]\d*)$/.test(text) && BigInt(text) < 2n ** 53n;
}

/** Whether a header is one, by the rules of the reference implementation and of the format (names are unique). */
function isHeader(tensors: readonly Written[], metadata: string, bytes: number): boolean {
  if (!["", "null", "{}", '{"a":"b"}'].includes(metadata)) return false;
  if (new Set(tensors.map(({ name }) => name)).size < tensors.length) return false;
  let position = 0n;
  const numbers = tensors.flatMap(({ shape, offsets }) => [...shape, ...offsets]);
  if (!numbers.every(isInteger) || tensors.some(({ offsets }) => offsets.length !== 2)) return false;
  const placed = tensors.map(({ dtype, shape, offsets }) => {
    const [start = 0n, end = 0n] = offsets.map(BigInt);
    return { start, end, bytes: referenceBytes(shape.map(BigInt), BITS[dtype] ?? 0n) };
  });
  const before = (a: bigint, b: bigint) => a < b ? -1 : a > b ? 1 : 0;
  for (const { start, end, bytes } of placed.sort((a, b) => before(a.start, b.start) || before(a.end, b.end))) {
    if (start !== position || bytes === undefined || end - start !== bytes) return false;
    position = end;
  }
  return position === BigInt(bytes);
}

function fileOf(text: string, bytes: number): Uint8Array {
  const header = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + header.length + bytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  return file;
}

const size = fc.oneof(
  { weight: 12, arbitrary: fc.nat(3).map(String) },
  fc.constantFrom("1099511627776", "9007199254740991", "9007199254740992", "1.0", "1e0", "-0", "-1", "01", "null"),
);
const written = fc.record({
  name: fc.constantFrom("a", "b", "c", "__proto__", "dtype"),
  dtype: fc.constantFrom(...Object.keys(BITS)),
  shape: fc.array(size, { maxLength: 3 }),
  slip: fc.oneof({ weight: 9, arbitrary: fc.constant(0n) }, fc.constantFrom(1n, -1n, 2n ** 53n)),
});

/** Tensors one after the other, now and then with a slip. */
const header = fc.record({
  parts: fc.array(written, { maxLength: 3 }),
  metadata: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom("", "null", "{}", '{"a":"b"}') },
    fc.constantFrom("[]", '"a"', '{"a":1}', "0"),
  ),
  space: fc.constantFrom("", " ", "\n\t\r "),
  extra: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constant(1)),
}).map(({ parts, metadata, space, extra }) => {
  let position = 0n;
  const tensors = parts.map(({ slip, ...part }): Written => {
    const sizes = part.shape.map((text) => isInteger(text) ? BigInt(text) : 1n);
    const end = position + slip + (referenceBytes(sizes, BITS[part.dtype] ?? 0n) ?? 0n);
    const offsets = [String(position), String(end)];
    position = end;
    return { ...part, offsets };
  });
  const members = tensors.map(({ name, dtype, shape, offsets }) =>
    `"${name}":{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${offsets}]}`
  );
  if (metadata !== "") members.unshift(`"__metadata__":${metadata}`);
  const bytes = position >= 0n && position < 1000n ? Number(position) + extra : 0;
  return { tensors, metadata, bytes, text: `${space}{${members.join(",")}}${space}` };
});

Deno.test("decodeSafetensors takes exactly the headers of the reference implementation", () => {
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(header, ({ tensors, metadata, bytes, text }) => {
      const expected = isHeader(tensors, metadata, bytes);
      seen[expected ? "taken" : "refused"]++;
      let taken = true;
      try {
        const file = decodeSafetensors(fileOf(text, bytes));
        const names = [...Object.keys(file.tensors), ...Object.keys(file.unreadable ?? {})];
        assertEquals(names.sort(), tensors.map(({ name }) => name).sort());
        assert(Object.values(file.tensors).every(({ dtype }) => READABLE.includes(dtype)));
      } catch (error) {
        if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
        taken = false;
      }
      assertEquals(taken, expected, text);
    }),
    { numRuns: 3000 },
  );
  assert(seen.taken > 300 && seen.refused > 300, JSON.stringify(seen));
});

Deno.test("encodeSafetensorsHeader takes exactly the tensors that decodeSafetensorsHeader takes", () => {
  const size = fc.oneof(
    { weight: 4, arbitrary: fc.nat(3) },
    fc.constantFrom(2 ** 20, 2 ** 40, 2 ** 53 - 1, 2 ** 53, -1, 0.5, NaN),
  );
  const tensor = fc.record({
    dtype: fc.constantFrom(...READABLE, "F8_E4M3", "X"),
    shape: fc.array(size, { maxLength: 4 }),
  });
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(tensor, { minLength: 1, maxLength: 2 }), (list) => {
      let position = 0n;
      const tensors = Object.fromEntries(list.map((tensor, i) => [String(i), tensor]));
      const members = list.map(({ dtype, shape }, i) => {
        const start = position;
        const isCountable = shape.every((size) => Number.isSafeInteger(size) && size >= 0);
        // Where products overflow any span is wrong.
        position += isCountable ? referenceBytes(shape.map(BigInt), BITS[dtype] ?? 0n) ?? 1n : 0n;
        const offsets = `[${start},${position}]`;
        return `"${i}":{"dtype":"${dtype}","shape":${JSON.stringify(shape)},"data_offsets":${offsets}}`;
      });
      const entries = (read: () => Uint8Array) => {
        try {
          const { entries, unreadable } = decodeSafetensorsHeader(read());
          if (unreadable !== undefined) return undefined;
          return Object.entries(entries).map((
            [name, { dtype, shape, start, end }],
          ) => [name, dtype, shape, end - start]).sort();
        } catch (error) {
          assert(error instanceof Error && error.message.startsWith("Cannot "), String(error));
          return undefined;
        }
      };
      const encoded = entries(() => encodeSafetensorsHeader(tensors as Record<string, SafetensorsDescription>).bytes);
      const byHand = entries(() => fileOf(`{${members.join(",")}}`, 0));
      assertEquals(encoded, byHand);
      seen[encoded === undefined ? "refused" : "taken"]++;
    }),
    { numRuns: 2000 },
  );
  assert(seen.taken > 300 && seen.refused > 300, JSON.stringify(seen));
});
