import { type ColumnMetaData, type FileMetaData, parquetMetadataAsync, parquetSchema } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { oneLine } from "./_one_line.ts";
import { plainPage } from "./_plain_page.ts";
import { StreamError } from "./stream_error.ts";
import { tableCompressors } from "./table_compressors.ts";
import type { RandomAccess } from "./_random_access.ts";
import { mostRecordBytes } from "./record_batch.ts";

type PageHeader = ReturnType<typeof parquetHeader>;
type ColumnDecoder = Parameters<typeof readPage>[2];

/** Bytes in which the header of a page is looked for; one with long statistics takes more. */
const headerBytes = 2 ** 16;
const mostHeaderBytes = 2 ** 24;

/** Rows of a table that follow each other. */
export interface TablePage {
  /** Rows before it. */
  readonly row: number;
  /** Bytes of each text, a view of the page; undefined for none. */
  readonly texts: readonly (Uint8Array | undefined)[];
}

/**
 * A column of text of a Parquet file, page by page: a group of rows may be as long as the file, so that it is never in
 * memory as a whole. Pages, encodings and compression are `hyparquet`'s.
 *
 * @param file The file
 * @param field Name of the column
 * @param firstRow Pages before it are passed over
 * @throws {StreamError} If the file is damaged, or has no such column of texts
 */
export async function* tablePages(file: RandomAccess, field: string, firstRow: number): AsyncGenerator<TablePage> {
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  let row = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    if (row + rows > firstRow) {
      const chunk = group.columns.find((column) => column.meta_data?.path_in_schema.join(".") === field)?.meta_data;
      yield* columnPages(file, columnOf(metadata, field, chunk), { row, rows, firstRow });
    }
    row += rows;
  }
}

interface Column {
  readonly decoder: ColumnDecoder;
  readonly start: number;
  readonly end: number;
}

function columnOf(metadata: FileMetaData, field: string, chunk: ColumnMetaData | undefined): Column {
  const schema = parquetSchema(metadata);
  const node = schema.children.find(({ element }) => element.name === field);
  const names = oneLine(schema.children.map(({ element }) => element.name).join(", "));
  if (node === undefined) {
    throw new StreamError(`it has no column ${field}: its columns are ${names}. Name one with --field`);
  }
  const { element } = node;
  if (chunk === undefined || element.type !== "BYTE_ARRAY" || element.repetition_type === "REPEATED") {
    throw new StreamError(`its column ${field} must be of texts: current value is ${element.type ?? "a group"}`);
  }
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const asBytes = (bytes: Uint8Array) => bytes;
  return {
    start,
    end: start + Number(chunk.total_compressed_size),
    decoder: {
      pathInSchema: chunk.path_in_schema,
      type: chunk.type,
      codec: chunk.codec,
      element,
      schemaPath: [schema, node],
      compressors: tableCompressors,
      parsers: { ...DEFAULT_PARSERS, stringFromBytes: asBytes, jsonFromBytes: asBytes },
    },
  };
}

interface Rows {
  /** Rows of the table before these. */
  readonly row: number;
  /** Their number. */
  readonly rows: number;
  /** First row of the table that is wanted. */
  readonly firstRow: number;
}

async function* columnPages(
  file: RandomAccess,
  { decoder, start, end }: Column,
  { row, rows, firstRow }: Rows,
): AsyncGenerator<TablePage> {
  let dictionary: ReturnType<typeof readPage>["data"];
  const isOptional = decoder.element.repetition_type === "OPTIONAL";
  const form = { codec: decoder.codec, compressors: decoder.compressors, isOptional };
  let offset = start;
  let done = 0;
  while (done < rows) {
    const { header, length } = await readHeader(file, offset, end);
    const from = offset + length;
    offset = from + header.compressed_page_size;
    if (!(header.compressed_page_size >= 0 && header.uncompressed_page_size <= mostRecordBytes && offset <= end)) {
      throw new StreamError(`its page at byte ${from} is damaged: ${header.compressed_page_size} bytes`);
    }
    const isDictionary = header.type === "DICTIONARY_PAGE";
    const count = rowsOf(header);
    if (!isDictionary && !(count >= 0 && count <= rows - done)) {
      throw new StreamError(`its page at byte ${from} is damaged: ${count} rows where ${rows - done} are left`);
    }
    const isWanted = isDictionary || row + done + count > firstRow;
    if (isWanted) {
      const page = plainPage(new Uint8Array(await file.slice(from, offset)), header, form);
      const view = new DataView(page.bytes.buffer);
      const plain = isDictionary ? decoder : { ...decoder, codec: "UNCOMPRESSED" as const };
      const { data } = readPage({ view, offset: 0 }, page.header, plain, dictionary, undefined, 0);
      if (isDictionary) dictionary = data;
      else yield { row: row + done, texts: toTexts(data, count, from) };
    }
    if (!isDictionary) done += count;
  }
}

function rowsOf({ data_page_header, data_page_header_v2 }: PageHeader): number {
  return Number(data_page_header?.num_values ?? data_page_header_v2?.num_rows ?? NaN);
}

function toTexts(data: ArrayLike<unknown> | undefined, count: number, byte: number): (Uint8Array | undefined)[] {
  const texts = Array.from(data ?? [], (value) => value instanceof Uint8Array ? value : undefined);
  if (texts.length === count) return texts;
  throw new StreamError(`its page at byte ${byte} is damaged: ${texts.length} rows where it names ${count}`);
}

async function readHeader(
  file: RandomAccess,
  offset: number,
  end: number,
): Promise<{ header: PageHeader; length: number }> {
  for (let size = headerBytes;; size *= 4) {
    const stop = Math.min(offset + size, end, file.byteLength);
    const reader = { view: new DataView(await file.slice(Math.min(offset, stop), stop)), offset: 0 };
    try {
      const header = parquetHeader(reader);
      return { header, length: reader.offset };
    } catch (error) {
      // The header may go on behind what was read.
      const isCut = error instanceof RangeError && stop < Math.min(end, file.byteLength) && size < mostHeaderBytes;
      if (!isCut) throw error;
    }
  }
}
