import type { RecordBatch, RecordPlace } from "../documents/record_batch.ts";
import { recordBatches } from "../documents/record_batches.ts";
import { fileDigest } from "../tokens/file_digest.ts";
import type { PlannedSource } from "./plan_sources.ts";

/** A batch of a file, or the file's end with its SHA-256. */
export type SourceItem = PlannedSource & ({ readonly batch: RecordBatch } | { readonly sha256: string });

/** Options of {@linkcode sourceItems}. */
export interface SourceItemsOptions {
  /** Column of texts in a table. */
  readonly field: string;
  /** Whether a long text may come in parts. */
  readonly isCuttable: boolean;
  /** Where the first file begins. */
  readonly from: RecordPlace;
  /** Folder for what is decompressed. */
  readonly scratch: string;
  /** Hears which part of the files' bytes was read. */
  readonly onRead: (done: number) => void;
}

/** The batches of files, file after file. */
export async function* sourceItems(
  sources: readonly PlannedSource[],
  { field, isCuttable, from, scratch, onRead }: SourceItemsOptions,
): AsyncGenerator<SourceItem> {
  const total = sources.reduce((sum, { file }) => sum + file.bytes, 0);
  let before = 0;
  for (const [index, source] of sources.entries()) {
    const { file } = source;
    const sha256 = await fileDigest(file.path);
    let read = 0;
    const report = (bytes: number) => onRead(Math.min(1, (before + Math.min(read += bytes, file.bytes)) / total));
    const first = index === 0 ? from : { byte: 0, record: 0 };
    const options = { field, isCuttable, from: first, scratch, onRead: report };
    for await (const batch of recordBatches(file, options)) yield { ...source, batch };
    before += file.bytes;
    yield { ...source, sha256 };
  }
}

/** Bytes of an item. */
export function itemBytes(item: SourceItem): number {
  return "batch" in item ? item.batch.records.bytes.length : 0;
}
