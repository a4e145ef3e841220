import { dtypes, elementCount, isDtype, isShape } from "./_dtypes.ts";
import type { SafetensorsMetadata, SafetensorsTensor, SafetensorsTensors } from "./safetensors_tensor.ts";

const MAXIMUM_HEADER_BYTES = 100_000_000;
const dtypeOrder = Object.keys(dtypes);

function checkTensor(name: string, { dtype, shape, data }: SafetensorsTensor): void {
  const quoted = JSON.stringify(name);
  if (name === "__metadata__" || !name.isWellFormed()) {
    throw new TypeError(
      `Cannot encode tensor as its name must be well-formed and not reserved: current value is ${quoted}`,
    );
  }
  if (!isDtype(dtype)) {
    throw new TypeError(`Cannot encode tensor ${quoted} as its dtype must be known: current value is ${dtype}`);
  }
  if (!isShape(shape)) {
    throw new TypeError(
      `Cannot encode tensor ${quoted} as its sizes must be integers >= 0: current value is [${shape}]`,
    );
  }
  if (!dtypes[dtype].holds(data)) {
    const kind = Object.prototype.toString.call(data).slice(8, -1);
    throw new TypeError(`Cannot encode tensor ${quoted} as its array must fit ${dtype}: current value is ${kind}`);
  }
  if (elementCount(shape) !== data.length) {
    throw new TypeError(
      `Cannot encode tensor ${quoted} as shape [${shape}] has ${elementCount(shape)} elements: ` +
        `current value is ${data.length}`,
    );
  }
}

function checkMetadata(metadata: SafetensorsMetadata): void {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value === "string" && key.isWellFormed() && value.isWellFormed()) continue;
    throw new TypeError(
      `Cannot encode metadata ${JSON.stringify(key)} as names and values must be well-formed strings: ` +
        `current value is ${JSON.stringify(value)}`,
    );
  }
}

/** Compares by code point, as UTF-8 bytes compare; `<` compares UTF-16 units. */
function compareNames(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  const different = left.findIndex((codePoint, index) => codePoint !== right[index]);
  if (different < 0) return left.length - right.length;
  return (left[different] ?? -1) - (right[different] ?? -1);
}

type Named = readonly [string, SafetensorsTensor];

function headerText(ordered: readonly Named[], metadata: SafetensorsMetadata | undefined): string {
  const members: string[] = [];
  if (metadata !== undefined) {
    const entries = Object.entries(metadata).sort(([a], [b]) => compareNames(a, b));
    members.push(
      `"__metadata__":{${entries.map((entry) => entry.map((text) => JSON.stringify(text)).join(":")).join(",")}}`,
    );
  }
  let start = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    const end = start + data.byteLength;
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [start, end] })}`);
    start = end;
  }
  return `{${members.join(",")}}`;
}

/** Length and header, padded with spaces so that the tensors begin at a multiple of 8. */
function headerBytes(text: string): Uint8Array<ArrayBuffer> {
  const encoded = new TextEncoder().encode(text);
  const length = Math.ceil(encoded.length / 8) * 8;
  if (length > MAXIMUM_HEADER_BYTES) {
    throw new RangeError(
      `Cannot encode safetensors as a header has at most ${MAXIMUM_HEADER_BYTES} bytes: current value is ${length}`,
    );
  }
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(encoded, 8);
  return bytes;
}

/**
 * Encodes tensors as the pieces of a safetensors file, to be written one after the other: the header, then each tensor.
 *
 * The tensors' pieces are views of their arrays, not copies: nothing but the header is allocated, so files of any size can be
 * written. Write them before the arrays change.
 *
 * The same tensors and metadata give the same bytes, in whatever order they were added: tensors go from wide to narrow
 * elements (U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL, as the reference implementation does), so that
 * each is aligned, and by name among equal ones; metadata go by name. Names compare by code point.
 *
 * Format: 8 bytes of header length (little-endian), the header (JSON, padded with spaces to a multiple of 8), the tensors
 * without gaps. See https://github.com/huggingface/safetensors.
 *
 * @param tensors Tensors by name
 * @param metadata Free text by name
 * @returns The pieces, header first
 * @throws {TypeError} If a name is reserved (`__metadata__`) or not well-formed Unicode, or an array fits neither its dtype nor
 *   its shape, or metadata are not strings
 * @throws {RangeError} If the header is longer than 100 MB
 *
 * @example Write a file piece by piece
 * ```ts
 * import { encodeSafetensorsParts } from "@beyond24/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const parts = encodeSafetensorsParts({ ids: { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) } });
 * assertEquals(parts.length, 2);
 * assertEquals(parts[1], Uint8Array.of(1, 2, 3));
 * ```
 */
export function encodeSafetensorsParts(tensors: SafetensorsTensors, metadata?: SafetensorsMetadata): Uint8Array[] {
  const entries: Named[] = Object.entries(tensors);
  for (const [name, tensor] of entries) checkTensor(name, tensor);
  if (metadata !== undefined) checkMetadata(metadata);
  const ordered = entries.sort(([a, { dtype: left }], [b, { dtype: right }]) =>
    dtypeOrder.indexOf(left) - dtypeOrder.indexOf(right) || compareNames(a, b)
  );
  const pieces = ordered.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return [headerBytes(headerText(ordered, metadata)), ...pieces];
}
