import { dtypes, elementCount, isDtype, isShape, isSize } from "./_dtypes.ts";
import { findDuplicateKey } from "./_find_duplicate_key.ts";
import type { SafetensorsDtype, SafetensorsMetadata } from "./safetensors_tensor.ts";

/** Where a tensor lies in a file. */
export interface SafetensorsEntry {
  /** Element type. */
  readonly dtype: SafetensorsDtype;
  /** Sizes, slowest first; empty for a scalar. */
  readonly shape: readonly number[];
  /** First byte, counted from the start of the file. */
  readonly start: number;
  /** First byte after the tensor. */
  readonly end: number;
}

/** What the header of a file says. */
export interface SafetensorsHeader {
  /** Tensors by name. */
  readonly entries: Readonly<Record<string, SafetensorsEntry>>;
  /** Free text by name. */
  readonly metadata: SafetensorsMetadata;
  /** Bytes of the whole file: length, header and tensors. */
  readonly fileBytes: number;
}

const LENGTH_BYTES = 8;
/** The limit of the format, which keeps a bad length from taking all memory. */
const MAXIMUM_HEADER_BYTES = 100_000_000;

function readHeaderText(bytes: Uint8Array): string {
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
  if (end > bytes.length) {
    throw new RangeError(
      `Cannot decode safetensors as the header ends at byte ${end}, behind the data: current value is ${bytes.length} bytes`,
    );
  }
  try {
    // A copy, because the decoder refuses shared memory. A byte order mark is kept: a header begins with "{".
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      new Uint8Array(bytes.subarray(LENGTH_BYTES, end)),
    );
  } catch {
    throw new SyntaxError("Cannot decode safetensors as the header must be UTF-8: current value has other bytes");
  }
}

/** A value for a message, cut short: a header can be huge. */
function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseHeaderText(text: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError("Cannot decode safetensors as the header must be JSON: current value does not parse", {
      cause,
    });
  }
  if (!isObject(header) || !text.startsWith("{")) {
    throw new SyntaxError(
      `Cannot decode safetensors as the header must begin with "{": current value is ${show(text.slice(0, 20))}`,
    );
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate === undefined) return header;
  throw new SyntaxError(
    `Cannot decode safetensors as names must be unique: current value is ${show(duplicate)} twice`,
  );
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

function readEntry(name: string, value: unknown, dataStart: number): SafetensorsEntry {
  const fail = (rule: string): SyntaxError =>
    new SyntaxError(
      `Cannot decode tensor ${show(name)} as ${rule}: current value is ${show(value)}`,
    );
  if (!isObject(value)) throw fail("its entry must be an object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) throw fail(`dtype must be one of ${Object.keys(dtypes).join(", ")}`);
  if (!isShape(shape)) throw fail("shape must be a list of integers >= 0");
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    throw fail("data_offsets must be two integers >= 0");
  }
  const [start, end] = [Number(offsets[0]), Number(offsets[1])];
  const bytes = elementCount(shape) * dtypes[dtype].bytes;
  if (end - start !== bytes) {
    throw new RangeError(
      `Cannot decode tensor ${show(name)} as its data_offsets must span ${bytes} bytes for ${dtype} ` +
        `[${shape}]: current value is ${end - start}`,
    );
  }
  return { dtype, shape, start: dataStart + start, end: dataStart + end };
}

/** Throws unless the tensors follow each other without overlap or hole from `dataStart`; returns where they end. */
function checkLayout(entries: readonly (readonly [string, SafetensorsEntry])[], dataStart: number): number {
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

/**
 * Decodes and checks the header of a safetensors file; the tensors need not be read yet.
 *
 * @param bytes The beginning of a file: at least the 8 bytes of length and the header
 * @returns Where each tensor lies, the metadata, and the number of bytes that the file must have
 * @throws {SyntaxError} If the header is not UTF-8 JSON of the right form, a name occurs twice, or a dtype is unknown
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
  const text = readHeaderText(bytes);
  const dataStart = LENGTH_BYTES + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const { __metadata__: metadata = {}, ...tensors } = parseHeaderText(text);
  const entries = Object.entries(tensors).map(([name, value]) => [name, readEntry(name, value, dataStart)] as const);
  const fileBytes = checkLayout(entries, dataStart);
  return { entries: Object.fromEntries(entries), metadata: readMetadata(metadata), fileBytes };
}
