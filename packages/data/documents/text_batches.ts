import { notUtf8 } from "../_utf8.ts";
import { joinBytes } from "./_join_bytes.ts";
import { lastCut } from "./_last_cut.ts";
import { type Bytes, firstPlace, mostRecordBytes, type RecordBatch } from "./record_batch.ts";
import { surveyText } from "./survey_text.ts";

/** Bytes of a part of a long text, about. */
const partBytes = 2 ** 23;

/**
 * A file that is one text, as a whole, or in parts when it is long. Parts end where white space follows a letter: with
 * a tokenizer whose `isCuttable` is true the tokens of the parts are those of the text.
 *
 * @param open Opens the file; a long text is gone through twice
 * @param isCuttable Whether a long text may come in parts; if not, one of more than 128 MiB is refused
 */
export async function* textBatches(
  open: () => AsyncIterable<Bytes>,
  isCuttable: boolean,
): AsyncGenerator<RecordBatch> {
  const limit = isCuttable ? partBytes : mostRecordBytes;
  const parts: Bytes[] = [];
  let length = 0;
  for await (const chunk of open()) {
    parts.push(chunk);
    length += chunk.length;
    if (length <= limit) continue;
    parts.length = 0;
    return yield* isCuttable ? textParts(open) : [refused(mostRecordBytes, tooLong)];
  }
  const bytes = joinBytes(parts, length);
  yield { records: { kind: "texts", bytes, ends: Uint32Array.of(length) }, refused: [], ...place };
}

const place = { start: firstPlace, end: { byte: 0, record: 1 } };

/** Half of what a record may have: what is in memory at once is this and a part. */
const mostUncutBytes = mostRecordBytes / 2;

const tooLong =
  "a text of more than 128 MiB must have white space behind letters, and a tokenizer that cuts there: split it";

function refused(byte: number, reason: string): RecordBatch {
  const records = { kind: "texts", bytes: new Uint8Array(), ends: new Uint32Array() } as const;
  return { records, refused: [{ record: 1, byte, reason }], ...place };
}

async function* textParts(open: () => AsyncIterable<Bytes>): AsyncGenerator<RecordBatch> {
  const text = await surveyText(open());
  if (text.badByte !== undefined) return yield refused(text.badByte, notUtf8(undefined));
  if (text.longestUncut > mostUncutBytes) return yield refused(0, tooLong);
  let bytes = new Uint8Array();
  let done = 0;
  /** Bytes at which a cut is looked for. */
  let due = partBytes;
  const part = (end: number): RecordBatch => {
    const isLast = done + end === text.bytes;
    const records = { kind: "part", bytes: bytes.slice(0, end), isFirst: done === 0, isLast, text } as const;
    // A text counts as done with its last part.
    return { records, refused: [], start: firstPlace, end: isLast ? place.end : firstPlace };
  };
  const parts: Bytes[] = [];
  let length = 0;
  for await (const chunk of open()) {
    parts.push(chunk);
    length += chunk.length;
    if (length < due) continue;
    bytes = joinBytes(parts.splice(0), length);
    const cut = lastCut(bytes);
    if (cut > 0) yield part(cut);
    done += cut;
    parts.push(bytes.slice(cut));
    length -= cut;
    due = length + partBytes;
  }
  bytes = joinBytes(parts, length);
  yield part(length);
}
