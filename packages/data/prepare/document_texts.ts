import { DataError } from "../data_error.ts";
import { firstPlace } from "../documents/record_batch.ts";
import { recordBatches } from "../documents/record_batches.ts";
import { findSourceFiles } from "../documents/source_file.ts";
import { recordParts } from "./_record_parts.ts";
import { parseRecord, parseText } from "./_parse_record.ts";

/** Options of {@linkcode documentTexts}. */
export interface DocumentTextsOptions {
  /** Field of a record, or column of a table, that is the document. */
  readonly field: string;
  /** Called with each record that is passed over, and why: `record 5 of a.jsonl, as it is empty`. */
  readonly onRejected?: (record: string) => void;
}

/**
 * The documents of files and folders as texts, one after the other. Records that are no documents are passed over, but
 * for a first record without the field.
 *
 * @param paths Files and folders
 * @param options What of a record is the document, and who hears of records that are none
 * @returns The texts; a long one in parts
 * @throws {DataError} If a file cannot be read, or its first record lacks the field
 */
export async function* documentTexts(
  paths: readonly string[],
  { field, onRejected }: DocumentTextsOptions,
): AsyncGenerator<string> {
  for (const file of await findSourceFiles(paths)) {
    const options = { field, isCuttable: true, from: firstPlace, scratch: "." };
    for await (const { records, start } of recordBatches(file, options)) {
      let record = start.record;
      for (const { bytes } of recordParts(records)) {
        record++;
        const parsed = records.kind === "lines" ? parseRecord(bytes, field) : parseText(bytes);
        if (parsed === undefined) continue;
        if ("text" in parsed) {
          yield parsed.text;
          continue;
        }
        if (parsed.lacksField && record === 1) {
          throw new DataError(`Cannot read record 1 of ${file.path} as ${parsed.reason}`);
        }
        onRejected?.(`record ${record} of ${file.path}, as ${parsed.reason}`);
      }
    }
  }
}
