import { PbfReader } from "pbf";

/** What a test knows of an event. */
export interface ReadEvent {
  wallTime: number;
  step: number;
  fileVersion?: string;
  sessionStatus?: number;
  /** Values by tag. */
  values: Record<string, number>;
  /** Descriptions by tag. */
  descriptions: Record<string, string>;
}

/** Reads an event, by the numbers in TensorFlow's `event.proto`. */
export function readEvent(bytes: Uint8Array): ReadEvent {
  const event: ReadEvent = { wallTime: 0, step: 0, values: {}, descriptions: {} };
  return new PbfReader(bytes).readFields((field, result, reader) => {
    if (field === 1) result.wallTime = reader.readDouble();
    if (field === 2) result.step = reader.readVarint();
    if (field === 3) result.fileVersion = reader.readString();
    if (field === 5) reader.readMessage((_, __, summary) => readValue(summary, result), result);
    if (field === 7) reader.readMessage((_, __, log) => result.sessionStatus = log.readVarint(), result);
  }, event);
}

function readValue(summary: PbfReader, event: ReadEvent): void {
  const found = summary.readMessage((field, value: { tag: string; number: number; text?: string }, reader) => {
    if (field === 1) value.tag = reader.readString();
    if (field === 2) value.number = reader.readFloat();
    if (field === 9) reader.readMessage((_, __, metadata) => value.text = metadata.readString(), value);
  }, { tag: "", number: NaN });
  event.values[found.tag] = found.number;
  if (found.text !== undefined) event.descriptions[found.tag] = found.text;
}

/** The contents of the records of a file. */
export function readRecords(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    records.push(file.subarray(at + 12, at + 12 + length));
    at += 12 + length + 4;
  }
  return records;
}
