import { byteLength, dtypes, isDtype, isOffset, isShape, MAXIMUM_HEADER_BYTES, typeOf } from "./_dtypes.ts";
import type {
  SafetensorsDtype,
  SafetensorsMetadata,
  SafetensorsTensor,
  SafetensorsTensors,
} from "./safetensors_tensor.ts";

/** What a header says of a tensor besides its place. */
export interface SafetensorsDescription {
  /** Element type. */
  readonly dtype: SafetensorsDtype;
  /** Sizes, slowest first; empty for a scalar. */
  readonly shape: readonly number[];
}

/** The beginning of a file, and what must follow it. */
export interface EncodedSafetensorsHeader {
  /** Length and header. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Names of the tensors in the order in which their bytes follow, without gaps. */
  readonly order: readonly string[];
}

const dtypeOrder = Object.keys(dtypes);

type Named = readonly [string, SafetensorsDescription];

function checkObject(value: unknown, what: string): void {
  if (typeof value === "object" && value !== null) return;
  throw new TypeError(`Cannot encode ${what} as it must be an object: current value is ${typeOf(value)}`);
}

function checkDescription([name, description]: Named): void {
  const quoted = JSON.stringify(name);
  checkObject(description, `tensor ${quoted}`);
  const { dtype, shape } = description;
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

function headerText(ordered: readonly Named[], metadata: SafetensorsMetadata | undefined): string {
  const members: string[] = [];
  if (metadata !== undefined) {
    const entries = Object.entries(metadata).sort(([a], [b]) => compareNames(a, b));
    members.push(
      `"__metadata__":{${entries.map((entry) => entry.map((text) => JSON.stringify(text)).join(":")).join(",")}}`,
    );
  }
  let start = 0;
  for (const [name, { dtype, shape }] of ordered) {
    const end = start + (byteLength(shape, 8 * dtypes[dtype].bytes) ?? NaN);
    if (!isOffset(end)) {
      throw new RangeError(
        `Cannot encode tensor ${JSON.stringify(name)} as a file has at most 8 PiB, and the product of its sizes must ` +
          `fit 64 bits: current value is ${dtype} [${shape}] from byte ${start}`,
      );
    }
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
 * Encodes the beginning of a safetensors file from the types and shapes of its tensors alone, so that a file can be
 * written while its tensors come one by one from elsewhere, such as a GPU.
 *
 * The same tensors and metadata give the same bytes, in whatever order they were added: tensors go from wide to narrow
 * elements (U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL, as the reference implementation does), so
 * that each is aligned, and by name among equal ones; metadata go by name. Names compare by code point.
 *
 * Format: 8 bytes of header length (little-endian), the header (JSON, padded with spaces to a multiple of 8), the
 * tensors without gaps. See https://github.com/huggingface/safetensors.
 *
 * @param tensors Types and shapes by name; fields besides them are not looked at
 * @param metadata Free text by name
 * @returns Length and header, and the order in which the tensors must follow
 * @throws {TypeError} If a name is reserved (`__metadata__`) or not well-formed Unicode, a dtype or size is none, or
 * metadata
 *   are not strings
 * @throws {RangeError} If the header is longer than 100 MB, or tensors are longer than offsets can say
 *
 * @example Write a tensor that is not there yet
 * ```ts
 * import { decodeSafetensors, encodeSafetensorsHeader } from "@beyond24/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const { bytes, order } = encodeSafetensorsHeader({ b: { dtype: "U8", shape: [2] }, a: { dtype: "U8", shape: [1] } });
 * assertEquals(order, ["a", "b"]);
 * const { tensors } = decodeSafetensors(Uint8Array.of(...bytes, 7, 8, 9));
 * assertEquals(tensors.b?.data, Uint8Array.of(8, 9));
 * ```
 */
export function encodeSafetensorsHeader(
  tensors: Readonly<Record<string, SafetensorsDescription>>,
  metadata?: SafetensorsMetadata,
): EncodedSafetensorsHeader {
  checkObject(tensors, "safetensors");
  const entries: Named[] = Object.entries(tensors);
  entries.forEach(checkDescription);
  if (metadata !== undefined) checkMetadata(metadata);
  const ordered = entries.sort(([a, { dtype: left }], [b, { dtype: right }]) =>
    dtypeOrder.indexOf(left) - dtypeOrder.indexOf(right) || compareNames(a, b)
  );
  return { bytes: headerBytes(headerText(ordered, metadata)), order: ordered.map(([name]) => name) };
}

/** Throws unless the array fits dtype and shape, which the header has found to be right. */
function checkArray(name: string, { dtype, shape, data }: SafetensorsTensor): void {
  const quoted = JSON.stringify(name);
  const { bytes, arrays } = dtypes[dtype];
  if (!ArrayBuffer.isView(data) || !arrays.includes(typeOf(data))) {
    throw new TypeError(
      `Cannot encode tensor ${quoted} as its array must fit ${dtype}: current value is ${typeOf(data)}`,
    );
  }
  const elements = (byteLength(shape, 8 * bytes) ?? NaN) / bytes;
  if (elements !== data.length) {
    throw new TypeError(
      `Cannot encode tensor ${quoted} as shape [${shape}] has ${elements} elements: current value is ${data.length}`,
    );
  }
}

/**
 * Encodes tensors as the pieces of a safetensors file, to be written one after the other: the header, then each tensor.
 *
 * The tensors' pieces are views of their arrays, not copies: nothing but the header is allocated, so files of any size
 * can be written. Write them before the arrays change. {@linkcode encodeSafetensorsHeader} says in which order tensors
 * go; it is all it takes when they are not in memory together.
 *
 * @param tensors Tensors by name
 * @param metadata Free text by name
 * @returns The pieces, header first
 * @throws {TypeError} If a name is reserved (`__metadata__`) or not well-formed Unicode, or an array fits neither its
 * dtype nor
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
  const { bytes, order } = encodeSafetensorsHeader(tensors, metadata);
  for (const [name, tensor] of Object.entries(tensors)) checkArray(name, tensor);
  return [bytes, ...order.map((name) => bytesOf(tensors[name]))];
}

function bytesOf(tensor: SafetensorsTensor | undefined): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor?.data ?? new Uint8Array();
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Encodes tensors as one safetensors file in memory.
 *
 * Equal tensors and metadata give equal bytes; {@linkcode encodeSafetensorsHeader} says in which order, and
 * {@linkcode encodeSafetensorsParts} writes large files without a second copy.
 *
 * @param tensors Tensors by name
 * @param metadata Free text by name
 * @returns The file
 * @throws {TypeError} If a name is reserved (`__metadata__`) or not well-formed Unicode, or an array fits neither its
 * dtype nor
 *   its shape, or metadata are not strings
 * @throws {RangeError} If the header is longer than 100 MB
 *
 * @example Encode a scalar
 * ```ts
 * import { encodeSafetensors } from "@beyond24/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const file = encodeSafetensors({ a: { dtype: "U8", shape: [], data: Uint8Array.of(7) } });
 * const header = '{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}';
 * assertEquals(new TextDecoder().decode(file.subarray(8, -1)).trim(), header);
 * ```
 */
export function encodeSafetensors(
  tensors: SafetensorsTensors,
  metadata?: SafetensorsMetadata,
): Uint8Array<ArrayBuffer> {
  const parts = encodeSafetensorsParts(tensors, metadata);
  const file = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let position = 0;
  for (const part of parts) {
    file.set(part, position);
    position += part.length;
  }
  return file;
}
