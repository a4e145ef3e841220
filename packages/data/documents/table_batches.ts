import { oneLine } from "./_one_line.ts";
import { joinBytes } from "./_join_bytes.ts";
import { RandomAccess } from "./_random_access.ts";
import { type TablePage, tablePages } from "./_table_pages.ts";
import { StreamError } from "./stream_error.ts";
import { batchBytes, mostRecordBytes, type RecordBatch, type RecordPlace, type RefusedRecord } from "./record_batch.ts";

/**
 * The texts of a column of a Parquet file in batches of about a mebibyte. Rows without a text are refused.
 *
 * @param path The file, not compressed as a whole
 * @param field Name of the column
 * @param from Where to begin
 * @throws {StreamError} If the file is damaged or has no such column of texts
 */
export async function* tableBatches(path: string, field: string, from: RecordPlace): AsyncGenerator<RecordBatch> {
  try {
    using file = await RandomAccess.open(path);
    let rows = new RowBuffer(from.record);
    for await (const page of tablePages(file, field, from.record)) {
      rows.add(page);
      if (rows.length < batchBytes) continue;
      yield rows.toBatch();
      rows = new RowBuffer(rows.end);
    }
    if (rows.end > rows.start) yield rows.toBatch();
  } catch (error) {
    // Damaged bytes may bring a decoder to any error of JavaScript, also to one with a code.
    const isOfSystem = Object.values(Deno.errors).some((kind) => error instanceof kind);
    if (error instanceof StreamError || isOfSystem) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StreamError(`it must be Parquet: ${oneLine(reason)}`, { cause: error });
  }
}

/** Rows that have been read and were not given yet. */
class RowBuffer {
  readonly start: number;
  end: number;
  length = 0;
  readonly #texts: Uint8Array[] = [];
  readonly #ends: number[] = [];
  readonly #refused: RefusedRecord[] = [];

  constructor(start: number) {
    this.start = start;
    this.end = start;
  }

  /** Takes the rows of a page that follow those that are here. */
  add({ row, texts }: TablePage): void {
    for (const text of texts.slice(Math.max(0, this.end - row))) {
      this.end++;
      if (text === undefined || text.length > mostRecordBytes) {
        const reason = `a record must be a text of at most ${mostRecordBytes} bytes: current value is ${
          text?.length ?? "none"
        }`;
        this.#refused.push({ record: this.end, reason });
        continue;
      }
      this.#texts.push(text);
      this.length += text.length;
      this.#ends.push(this.length);
    }
  }

  toBatch(): RecordBatch {
    return {
      records: { kind: "texts", bytes: joinBytes(this.#texts, this.length), ends: Uint32Array.from(this.#ends) },
      refused: this.#refused,
      start: { byte: 0, record: this.start },
      end: { byte: 0, record: this.end },
    };
  }
}
