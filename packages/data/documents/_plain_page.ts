import type { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
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
  if (!/DICTIONARY|^RLE/.test(encoding ?? "")) return;
  const width = values[0] ?? 0;
  if (width > 32) throw new StreamError(`a page of its column is damaged: indices of ${width} bits`);
  if (width > 0) checkRuns(values.subarray(1), width, count);
}

/** Goes from run to run: none is longer than what is left, and none is taken back. */
function checkRuns(bytes: Uint8Array, width: number, count: number): void {
  let left = count;
  for (let at = 0; left > 0 && at < bytes.length;) {
    let head = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++] ?? NaN;
      head += (byte & 0x7f) * scale;
      scale *= 128;
      if (!(byte >= 0x80)) break;
    }
    const isPacked = head % 2 === 1;
    const length = isPacked ? Math.floor(head / 2) * 8 : head / 2;
    // Packed runs are of eights, the last of which may be filled up.
    if (!(length < left + (isPacked ? 8 : 1))) {
      throw new StreamError(`a page of its column is damaged: a run of ${length} where ${left} values are left`);
    }
    at += isPacked ? length / 8 * width : Math.ceil(width / 8);
    left -= length;
  }
}

function checkCounts(...counts: readonly number[]): void {
  const bad = counts.find((count) => !(Number.isSafeInteger(count) && count >= 0));
  if (bad !== undefined) throw new StreamError(`a page of its column is damaged: a count of ${bad}`);
}
