import { extname } from "@std/path";
import type { CorpusText } from "./corpus.ts";
import { firstBadByte, isUtf8, notUtf8 } from "./_utf8.ts";
import { DataError } from "./data_error.ts";

/** Bytes that are read at once: to read a whole file takes twice its memory. */
const pieceBytes = 2 ** 22;

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array((await file.stat()).size);
    let done = 0;
    while (done < bytes.length) {
      const count = await file.read(bytes.subarray(done, done + pieceBytes));
      if (count === null) break;
      done += count;
    }
    return bytes.subarray(0, done);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new DataError(`Cannot read ${path} as it does not exist`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`Cannot read ${path} as the system refuses it: current value is ${reason}`, { cause: error });
  }
}

/**
 * Reads a file that must be UTF-8. A byte order mark is kept, it is part of the text.
 *
 * @throws {DataError} If it is missing, not UTF-8, or lines of JSON, whose braces and keys are no text
 */
export async function readText(path: string): Promise<CorpusText> {
  if (extname(path).toLowerCase() === ".jsonl") {
    throw new DataError(`Cannot read ${path} as it is lines of JSON and no text: prepare it first, deno task prepare`);
  }
  const bytes = await readBytes(path);
  if (isUtf8(bytes)) return { path, bytes };
  const offset = firstBadByte(bytes);
  throw new DataError(`Cannot read ${path} as ${notUtf8(bytes[offset])} at byte ${offset}. Convert it first`);
}
