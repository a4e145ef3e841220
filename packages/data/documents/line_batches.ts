import { joinBytes } from "./_join_bytes.ts";
import { batchBytes, type Bytes, mostRecordBytes, type RecordBatch, type RecordPlace } from "./record_batch.ts";

const lineFeed = 0x0a;

/**
 * Lines of a stream in batches of about a mebibyte. The last line need not end. A line of more than 128 MiB is refused
 * without being kept.
 *
 * @param chunks The stream, from its beginning
 * @param from Where to begin
 */
export async function* lineBatches(chunks: AsyncIterable<Bytes>, from: RecordPlace): AsyncGenerator<RecordBatch> {
  let start = from;
  let position = 0;
  let parts: Bytes[] = [];
  let length = 0;
  /** Bytes in `parts` up to the end of the last whole line. */
  let whole = 0;
  /** Bytes of a line that is too long, as far as it has come and was dropped. */
  let dropped = 0;
  for await (const chunk of chunks) {
    let rest = chunk.subarray(Math.max(0, from.byte - position));
    position += chunk.length;
    if (dropped > 0) {
      const end = rest.indexOf(lineFeed) + 1;
      dropped += end || rest.length;
      if (end === 0) continue;
      const batch = longLine(start, dropped);
      yield batch;
      start = batch.end;
      dropped = 0;
      rest = rest.subarray(end);
    }
    if (rest.length === 0) continue;
    const end = rest.lastIndexOf(lineFeed) + 1;
    if (end > 0) whole = length + end;
    parts.push(rest);
    length += rest.length;
    if (length < batchBytes) continue;
    if (whole > 0) {
      // Mostly the last line ends in the chunk that has just come: then nothing but the batch is made.
      if (end === 0) parts = [joinBytes(parts, length)];
      const last = parts.pop() ?? chunk;
      const inLast = whole - (length - last.length);
      const batch = wholeLines(start, joinBytes([...parts, last.subarray(0, inLast)], whole));
      parts = [end === 0 ? last.slice(inLast) : last.subarray(inLast)];
      length -= whole;
      whole = 0;
      yield batch;
      start = batch.end;
    } else if (length > mostRecordBytes) {
      dropped = length;
      parts = [];
      length = 0;
    }
  }
  if (dropped > 0) yield longLine(start, dropped);
  else if (length > 0) yield wholeLines(start, joinBytes(parts, length));
}

function wholeLines(start: RecordPlace, bytes: Bytes): RecordBatch {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines++;
  if (bytes.at(-1) !== lineFeed) lines++;
  const end = { byte: start.byte + bytes.length, record: start.record + lines };
  return { records: { kind: "lines", bytes }, refused: [], start, end };
}

function longLine(start: RecordPlace, bytes: number): RecordBatch {
  const end = { byte: start.byte + bytes, record: start.record + 1 };
  const reason = `a record must have at most ${mostRecordBytes} bytes: current value is ${bytes}`;
  const records = { kind: "lines", bytes: new Uint8Array() } as const;
  return { records, refused: [{ record: end.record, byte: start.byte, reason }], start, end };
}
