import { DataError } from "../data_error.ts";
import { byteStream } from "./byte_stream.ts";
import { listLines } from "./_list_lines.ts";
import { lineBatches } from "./line_batches.ts";
import type { RecordBatch, RecordPlace } from "./record_batch.ts";
import type { SourceFile } from "./source_file.ts";
import { StreamError } from "./stream_error.ts";
import { tableBatches } from "./table_batches.ts";
import { textBatches } from "./text_batches.ts";

/** Options of {@linkcode recordBatches}. */
export interface RecordBatchesOptions {
  /** Column of texts in a table. */
  readonly field: string;
  /** Whether a long text may come in parts. */
  readonly isCuttable: boolean;
  /** Where to begin: the end of a batch. */
  readonly from: RecordPlace;
  /** Folder for a table that is compressed as a whole, and must be read at any place. */
  readonly scratch: string;
  /** Hears how many bytes were read from the disk since the last call. */
  readonly onRead?: (bytes: number) => void;
}

/**
 * The records of a file, in order, in batches of about a mebibyte. What is in memory does not grow with the file.
 *
 * @param file The file
 * @param options Where to begin, and what is asked of tables and texts
 * @throws {DataError} If the file cannot be read or is damaged
 */
export async function* recordBatches(file: SourceFile, options: RecordBatchesOptions): AsyncGenerator<RecordBatch> {
  try {
    yield* batchesOf(file, options);
  } catch (error) {
    if (error instanceof StreamError) {
      throw new DataError(`Cannot read ${file.path} as ${error.message}`, { cause: error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`Cannot read ${file.path} as the system refuses it: current value is ${reason}`, {
      cause: error,
    });
  }
}

function batchesOf(file: SourceFile, options: RecordBatchesOptions): AsyncGenerator<RecordBatch> {
  const { field, isCuttable, from, scratch, onRead } = options;
  switch (file.format) {
    case "lines":
      return lineBatches(byteStream(file, onRead), from);
    case "list":
      return lineBatches(listLines(byteStream(file, onRead)), from);
    case "text":
      return from.record > 0 ? noBatches() : textBatches(() => byteStream(file, onRead), isCuttable);
    case "table":
      return file.compression === "none"
        ? tableBatches(file.path, field, from)
        : spooledTable(file, field, from, scratch);
  }
}

async function* noBatches(): AsyncGenerator<RecordBatch> {}

async function* spooledTable(
  file: SourceFile,
  field: string,
  from: RecordPlace,
  scratch: string,
): AsyncGenerator<RecordBatch> {
  const path = await Deno.makeTempFile({ dir: scratch, prefix: ".table-" });
  try {
    using target = await Deno.open(path, { write: true });
    for await (const chunk of byteStream(file)) {
      for (let done = 0; done < chunk.length;) done += await target.write(chunk.subarray(done));
    }
    yield* tableBatches(path, field, from);
  } finally {
    await Deno.remove(path);
  }
}
