import { StreamError } from "./stream_error.ts";
import type { Bytes } from "./record_batch.ts";

const [quote, backslash, comma, lineFeed, space] = [0x22, 0x5c, 0x2c, 0x0a, 0x20];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * Turns a JSON list into lines, byte for byte: what ends a record becomes the end of a line, and white space inside of
 * records becomes spaces, so that every record stays where it is. Records themselves are not looked into.
 *
 * @throws {StreamError} If it is not one list from the first byte to the last
 */
export async function* listLines(
  chunks: AsyncIterable<Bytes>,
): AsyncGenerator<Bytes> {
  /** Lists and objects that are open; 0 before the list. */
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let isOver = false;
  let position = 0;
  for await (const chunk of chunks) {
    for (let index = 0; index < chunk.length; index++, position++) {
      const byte = chunk[index] ?? 0;
      if (isText) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) isText = false;
        continue;
      }
      if (byte <= space) {
        chunk[index] = space;
        continue;
      }
      if (position < 3 && byte === byteOrderMark[position]) {
        chunk[index] = space;
        continue;
      }
      if (depth === 0 && (isOver || byte !== openList)) {
        throw new StreamError(
          `it must be one list of records: current value is 0x${byte.toString(16)} at byte ${position}`,
        );
      }
      if (byte === quote) isText = true;
      else if (byte === openList || byte === openObject) depth++;
      else if (byte === closeList || byte === closeObject) depth--;
      isOver = depth === 0;
      const isBorder = depth === 1 && (byte === comma || byte === openList);
      if (isOver || isBorder) chunk[index] = byte === comma ? lineFeed : space;
    }
    yield chunk;
  }
  if (!isOver) throw new StreamError(`it must be one list of records: it ends early, at byte ${position}`);
}
