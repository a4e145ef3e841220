import type { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { mostRecordBytes } from "./record_batch.ts";
import { StreamError } from "./stream_error.ts";

type PageHeader = ReturnType<typeof parquetHeader>;
type Codec = Parameters<typeof decompressPage>[2];
type Compressors = Parameters<typeof decompressPage>[3];

/** How the pages of a column of texts are written. */
export interface PageForm {
  readonly codec: Codec;
  readonly compressors: Compressors;
  /** Whether rows may have no text, so that a page begins with which have one. */
  readonly isOptional: boolean;
}

/**
 * Decompresses a page of data and looks at the runs in it. `hyparquet` takes their lengths as they are, and where they
 * are damaged it would count for hours; a run that is longer than what is left is damaged.
 *
 * @param bytes The page as it lies in the file
 * @param header What it says of itself
 * @param form How it is written
 * @returns The page without compression, and the header of that
 * @throws {StreamError} If it is damaged
 */
export function plainPage(
  bytes: Uint8Array<ArrayBuffer>,
  header: PageHeader,
  form: PageForm,
): { header: PageHeader; bytes: Uint8Array<ArrayBuffer> } {
  if (header.type === "DATA_PAGE") return plainPage1(bytes, header, form);
  return header.type === "DATA_PAGE_V2" ? plainPage2(bytes, header, form) : { header, bytes };
}

/** Levels and values are compressed together. */
function plainPage1(bytes: Uint8Array<ArrayBuffer>, header: PageHeader, { codec, compressors, isOptional }: PageForm) {
  const { num_values: count = NaN, encoding } = header.data_page_header ?? {};
  checkCounts(count, header.uncompressed_page_size);
  const page = Uint8Array.from(decompressPage(bytes, Number(header.uncompressed_page_size), codec, compressors));
  let values = 0;
  if (isOptional) {
    const length = page.length < 4 ? NaN : new DataView(page.buffer).getUint32(0, true);
    values = 4 + length;
    checkCounts(length);
    checkRuns(page.subarray(4, values), 1, count);
  }
  checkValues(page.subarray(values), encoding, count);
  return { bytes: page, header: { ...header, compressed_page_size: page.length } };
}

/** Levels come first, as they are. */
function plainPage2(bytes: Uint8Array<ArrayBuffer>, header: PageHeader, { codec, compressors, isOptional }: PageForm) {
  const { data_page_header_v2: data } = header;
  if (data === undefined) throw new StreamError("a page of its column is damaged: it has no header");
  const { num_values: count, num_nulls: nulls, encoding, is_compressed, ...levels } = data;
  const [own, repeated] = [levels.definition_levels_byte_length, levels.repetition_levels_byte_length ?? 0];
  checkCounts(count, nulls, own, repeated, header.uncompressed_page_size);
  const first = own + repeated;
  if (isOptional) checkRuns(bytes.subarray(repeated, first), 1, count);
  const size = Number(header.uncompressed_page_size) - first;
  checkCounts(size, count - nulls);
  const packed = bytes.subarray(first);
  const values = is_compressed === false ? packed : decompressPage(packed, size, codec, compressors);
  checkValues(values, encoding, count);
  const page = new Uint8Array(first + values.length);
  page.set(bytes.subarray(0, first));
  page.set(values, first);
  const plain = { ...header, compressed_page_size: page.length, uncompressed_page_size: page.length };
  return { bytes: page, header: { ...plain, data_page_header_v2: { ...data, is_compressed: false } } };
}

/** Indices into a dictionary are runs; texts themselves are not. */
function checkValues(values: Uint8Array, encoding: string | undefined, count: number): void {
  if (encoding === "DELTA_LENGTH_BYTE_ARRAY") checkDeltas(values, 0, count);
  if (encoding === "DELTA_BYTE_ARRAY") checkPrefixes(values, count);
  if (!/DICTIONARY|^RLE/.test(encoding ?? "")) return;
  const width = values[0] ?? 0;
  if (width > 32) throw new StreamError(`a page of its column is damaged: indices of ${width} bits`);
  if (width > 0) checkRuns(values.subarray(1), width, count);
}

/**
 * Texts that begin as the one before: none takes more of it than there is, and all together are no more than a page may
 * be.
 */
function checkPrefixes(values: Uint8Array, count: number): void {
  const ofSuffixes = checkDeltas(values, 0, count);
  checkDeltas(values, ofSuffixes, count);
  const [prefixes, suffixes] = [lengthsAt(values, 0), lengthsAt(values, ofSuffixes)];
  let before = 0;
  let sum = 0;
  for (const [index, prefix] of prefixes.entries()) {
    const suffix = suffixes[index] ?? NaN;
    sum += prefix + suffix;
    if (!(prefix >= 0 && suffix >= 0 && prefix <= before && sum <= mostRecordBytes)) {
      throw new StreamError(
        `a page of its column is damaged: a text of ${prefix} and ${suffix} bytes behind ${before}`,
      );
    }
    before = prefix + suffix;
  }
}

/** The lengths that a stream of differences holds. */
function lengthsAt(values: Uint8Array, start: number): Int32Array {
  const reader = { bytes: values, at: start };
  const [, , total] = [readNumber(reader), readNumber(reader), readNumber(reader)];
  const lengths = new Int32Array(total);
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  if (total > 0) deltaBinaryUnpack({ view, offset: start }, total, lengths);
  return lengths;
}

/** Goes from block to block of lengths, which are written as differences; where the last of them ends. */
function checkDeltas(bytes: Uint8Array, start: number, count: number): number {
  const reader = { bytes, at: start };
  const [block, minis, total] = [readNumber(reader), readNumber(reader), readNumber(reader)];
  readNumber(reader); // the first length
  const values = block / minis;
  const isWhole = Number.isSafeInteger(values) && values > 0 && values % 8 === 0 && minis <= bytes.length;
  if (!isWhole || !(total <= count && total <= 2 ** 27)) {
    throw new StreamError(
      `a page of its column is damaged: blocks of ${block} in ${minis} parts, ${total} of ${count}`,
    );
  }
  for (let left = total - 1; left > 0;) {
    readNumber(reader); // the least difference
    const widths = bytes.subarray(reader.at, reader.at += minis);
    for (const width of widths) {
      if (left <= 0) break;
      reader.at += values / 8 * width;
      left -= values;
    }
    if (widths.length < minis || reader.at > bytes.length) {
      throw new StreamError("a page of its column is damaged: it ends early");
    }
  }
  return reader.at;
}

/** A whole number in groups of seven bits; NaN behind the end. */
function readNumber(reader: { readonly bytes: Uint8Array; at: number }): number {
  let value = 0;
  for (let scale = 1;; scale *= 128) {
    const byte = reader.bytes[reader.at++] ?? NaN;
    value += (byte & 0x7f) * scale;
    if (Number.isNaN(byte)) return NaN;
    if (byte < 0x80) return value;
  }
}

/** Goes from run to run: none is longer than what is left, and none is taken back. */
function checkRuns(bytes: Uint8Array, width: number, count: number): void {
  let left = count;
  const reader = { bytes, at: 0 };
  while (left > 0 && reader.at < bytes.length) {
    const head = readNumber(reader);
    const isPacked = head % 2 === 1;
    const length = isPacked ? Math.floor(head / 2) * 8 : head / 2;
    // Packed runs are of eights, the last of which may be filled up.
    if (!(length < left + (isPacked ? 8 : 1))) {
      throw new StreamError(`a page of its column is damaged: a run of ${length} where ${left} values are left`);
    }
    reader.at += isPacked ? length / 8 * width : Math.ceil(width / 8);
    left -= length;
  }
}

function checkCounts(...counts: readonly number[]): void {
  const bad = counts.find((count) => !(Number.isSafeInteger(count) && count >= 0));
  if (bad !== undefined) throw new StreamError(`a page of its column is damaged: a count of ${bad}`);
}
