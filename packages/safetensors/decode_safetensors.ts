import { bitsOf, byteLength, dtypes, isDtype, isOffset, isShape, MAXIMUM_HEADER_BYTES, typeOf } from "./_dtypes.ts";
import { isObject, parseHeaderText, show } from "./_header_text.ts";
import type {
  SafetensorsDtype,
  SafetensorsMetadata,
  SafetensorsTensor,
  SafetensorsTensors,
} from "./safetensors_tensor.ts";

/** Where a tensor of any element type lies in a file. */
export interface UnreadableEntry {
  /** Element type, as the header names it. */
  readonly dtype: string;
  /** Sizes, slowest first; empty for a scalar. */
  readonly shape: readonly number[];
  /** First byte, counted from the start of the file. */
  readonly start: number;
  /** First byte after the tensor. */
  readonly end: number;
}

/** Where a tensor lies in a file. */
export interface SafetensorsEntry extends UnreadableEntry {
  /** Element type. */
  readonly dtype: SafetensorsDtype;
}

/** What the header of a file says. */
export interface SafetensorsHeader {
  /** Tensors by name. */
  readonly entries: Readonly<Record<string, SafetensorsEntry>>;
  /**
   * Tensors by name whose element type no array here can hold (F8, F4, C64, or a new one); absent when there are none.
   */
  readonly unreadable?: Readonly<Record<string, UnreadableEntry>>;
  /** Free text by name. */
  readonly metadata: SafetensorsMetadata;
  /** Bytes of the whole file: length, header and tensors. */
  readonly fileBytes: number;
}

/** The contents of a file. */
export interface SafetensorsFile {
  /** Tensors by name. */
  readonly tensors: SafetensorsTensors;
  /**
   * Tensors by name whose element type no array here can hold (F8, F4, C64, or a new one); absent when there are none.
   */
  readonly unreadable?: Readonly<Record<string, UnreadableEntry>>;
  /** Free text by name. */
  readonly metadata: SafetensorsMetadata;
}

type Named<Entry> = readonly [string, Entry];

const LENGTH_BYTES = 8;

/** Where the header ends and the tensors begin. */
function readHeaderEnd(bytes: Uint8Array): number {
  if (!ArrayBuffer.isView(bytes) || typeOf(bytes) !== "Uint8Array") {
    throw new TypeError(`Cannot decode safetensors as bytes must be a Uint8Array: current value is ${typeOf(bytes)}`);
  }
  if (bytes.length < LENGTH_BYTES) {
    throw new RangeError(
      `Cannot decode safetensors as 8 bytes of length must come first: current value is ${bytes.length}`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > MAXIMUM_HEADER_BYTES) {
    throw new RangeError(
      `Cannot decode safetensors as a header has at most ${MAXIMUM_HEADER_BYTES} bytes: current value is ${length}`,
    );
  }
  const end = LENGTH_BYTES + Number(length);
  if (end <= bytes.length) return end;
  throw new RangeError(
    `Cannot decode safetensors as the header ends at byte ${end}, behind the data: current value is ${bytes.length} ` +
      "bytes",
  );
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    // A copy, because the decoder refuses shared memory. A byte order mark is kept: JSON has none.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
  } catch {
    throw new SyntaxError("Cannot decode safetensors as the header must be UTF-8: current value has other bytes");
  }
}

function readMetadata(value: unknown): SafetensorsMetadata {
  const entries = isObject(value) ? Object.entries(value) : undefined;
  if (!entries?.every((entry): entry is [string, string] => typeof entry[1] === "string")) {
    throw new SyntaxError(
      `Cannot decode safetensors as __metadata__ must map names to strings: current value is ${show(value)}`,
    );
  }
  return Object.fromEntries(entries);
}

function readEntry(name: string, value: unknown, dataStart: number): UnreadableEntry {
  const refuse = (rule: string): never => {
    throw new SyntaxError(`Cannot decode tensor ${show(name)} as ${rule}: current value is ${show(value)}`);
  };
  if (!isObject(value)) return refuse("its entry must be an object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string") return refuse("dtype must be the name of a type");
  if (!isShape(shape)) return refuse("shape must be a list of integers >= 0");
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isOffset)) {
    return refuse("data_offsets must be two integers >= 0");
  }
  const [start, end] = [Number(offsets[0]), Number(offsets[1])];
  const bits = bitsOf(dtype);
  const bytes = bits === undefined ? Math.max(0, end - start) : byteLength(shape, bits);
  if (end - start === bytes) return { dtype, shape, start: dataStart + start, end: dataStart + end };
  throw new RangeError(
    `Cannot decode tensor ${show(name)} as its data_offsets must span ${bytes ?? "a countable number of"} bytes for ` +
      `${dtype} [${shape}]: current value is ${end - start}`,
  );
}

/** Throws unless the tensors follow each other without overlap or hole from `dataStart`; returns where they end. */
function checkLayout(entries: readonly Named<UnreadableEntry>[], dataStart: number): number {
  let position = dataStart;
  for (const [name, { start, end }] of entries.toSorted(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (start !== position) {
      throw new RangeError(
        `Cannot decode tensor ${show(name)} as tensors must follow each other without overlap or hole, here at ` +
          `data offset ${position - dataStart}: current value is ${start - dataStart}`,
      );
    }
    position = end;
  }
  return position;
}

function isReadable(entry: Named<UnreadableEntry>): entry is Named<SafetensorsEntry> {
  return isDtype(entry[1].dtype);
}

/**
 * Decodes and checks the header of a safetensors file; the tensors need not be read yet.
 *
 * It takes the headers that the reference implementation takes, white space in front and `"__metadata__": null`
 * included, with two differences: a name that occurs twice is refused, as the format says; and an element type that it
 * does not know makes that tensor unreadable instead of the whole file. Sizes go up to 2^53 - 1, files to 8 PiB.
 *
 * @param bytes The beginning of a file: at least the 8 bytes of length and the header
 * @returns Where each tensor lies, the metadata, and the number of bytes that the file must have
 * @throws {TypeError} If `bytes` is no `Uint8Array`
 * @throws {SyntaxError} If the header is not UTF-8 JSON of the right form, or a name occurs twice
 * @throws {RangeError} If the header is longer than the bytes or 100 MB, or offsets do not fit sizes and neighbours
 *
 * @example Look into a file
 * ```ts
 * import { decodeSafetensorsHeader, encodeSafetensors } from "@beyond24/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const file = encodeSafetensors({ bias: { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) } });
 * const { entries, fileBytes } = decodeSafetensorsHeader(file);
 * assertEquals(entries.bias?.shape, [2]);
 * assertEquals(fileBytes, file.length);
 * ```
 */
export function decodeSafetensorsHeader(bytes: Uint8Array): SafetensorsHeader {
  const dataStart = readHeaderEnd(bytes);
  const { __metadata__: metadata, ...tensors } = parseHeaderText(decodeUtf8(bytes.subarray(LENGTH_BYTES, dataStart)));
  const all = Object.entries(tensors).map(([name, value]) => [name, readEntry(name, value, dataStart)] as const);
  const fileBytes = checkLayout(all, dataStart);
  const unreadable = all.filter((entry) => !isReadable(entry));
  return {
    entries: Object.fromEntries(all.filter(isReadable)),
    ...(unreadable.length === 0 ? {} : { unreadable: Object.fromEntries(unreadable) }),
    metadata: readMetadata(metadata ?? {}),
    fileBytes,
  };
}

function readTensor(bytes: Uint8Array, { dtype, shape, start, end }: SafetensorsEntry): SafetensorsTensor {
  const { bytes: width, view } = dtypes[dtype];
  const offset = bytes.byteOffset + start;
  const length = (end - start) / width;
  const data = offset % width === 0
    ? view(bytes.buffer, offset, length)
    : view(new Uint8Array(bytes.subarray(start, end)).buffer, 0, length);
  return { dtype, shape, data } as SafetensorsTensor; // the table gives the array that belongs to the dtype
}

/**
 * Decodes a safetensors file.
 *
 * Tensors are views of `bytes` where their place in memory allows it and copies where it does not; files of
 * {@linkcode encodeSafetensors} at a multiple of 8 give views only. F16 becomes a `Float16Array`, BF16 a `Uint16Array`
 * of bits. Numbers are little-endian, as every platform of Deno is. A tensor of an element type for which there is no
 * array is in `unreadable`, with the place of its bytes; the others are read. {@linkcode decodeSafetensorsHeader} says
 * what is taken.
 *
 * @param bytes The whole file
 * @returns Tensors and metadata
 * @throws {TypeError} If `bytes` is no `Uint8Array`
 * @throws {SyntaxError} If the header is not UTF-8 JSON of the right form, or a name occurs twice
 * @throws {RangeError} If the file is shorter or longer than its header says, the header longer than 100 MB, or offsets
 * do
 *   not fit the sizes of tensors, overlap, or leave a hole
 *
 * @example Encode and decode
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "@beyond24/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const tensors = { weight: { dtype: "F32", shape: [1, 2], data: Float32Array.of(1, 2) } } as const;
 * const file = decodeSafetensors(encodeSafetensors(tensors, { step: "7" }));
 * assertEquals(file.tensors, tensors);
 * assertEquals(file.metadata, { step: "7" });
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { entries, fileBytes, ...rest } = decodeSafetensorsHeader(bytes);
  if (fileBytes !== bytes.length) {
    throw new RangeError(
      `Cannot decode safetensors as its header describes ${fileBytes} bytes: current value is ${bytes.length}`,
    );
  }
  const tensors = Object.entries(entries).map(([name, entry]) => [name, readTensor(bytes, entry)] as const);
  return { tensors: Object.fromEntries(tensors), ...rest };
}
