import type { Records } from "../documents/record_batch.ts";

/** A record of a batch. */
export interface RecordPart {
  /** Its bytes, a view. */
  readonly bytes: Uint8Array;
  /** Where it begins in the batch. */
  readonly start: number;
}

/** The records of a batch, one by one; a part of a long text is one. */
export function recordParts(records: Records): Generator<RecordPart> {
  if (records.kind === "lines") return lines(records.bytes);
  return texts(records.bytes, records.kind === "texts" ? records.ends : [records.bytes.length]);
}

function* lines(bytes: Uint8Array): Generator<RecordPart> {
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    yield { bytes: bytes.subarray(start, end < 0 ? bytes.length : end), start };
    start = end < 0 ? bytes.length : end + 1;
  }
}

function* texts(bytes: Uint8Array, ends: Iterable<number>): Generator<RecordPart> {
  let start = 0;
  for (const end of ends) {
    yield { bytes: bytes.subarray(start, end), start };
    start = end;
  }
}
