import { extname } from "@std/path";
import type { CorpusText } from "./corpus.ts";
import { firstBadByte } from "./_utf8.ts";
import { DataError } from "./data_error.ts";

/** Bytes of the longest file that is read: a string of V8 holds 2^29 - 24 characters. */
const maxBytes = 2 ** 29 - 24;

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    // Looked at first: half a gigabyte takes minutes and several of memory before it is refused.
    const { size } = await Deno.stat(path);
    if (size > maxBytes) throw new DataError(tooLong(path, size));
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    if (error instanceof Deno.errors.NotFound) throw new DataError(`Cannot read ${path} as it does not exist`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`Cannot read ${path} as the system refuses it: current value is ${reason}`, { cause: error });
  }
}

function tooLong(path: string, size: number): string {
  return `Cannot read ${path} as a file must be at most ${maxBytes} bytes: current value is ${size}. Split it first`;
}

/**
 * Reads a file that must be UTF-8. A byte order mark is kept, it is part of the text.
 *
 * @throws {DataError} If it is missing, too long, not UTF-8, or lines of JSON, whose braces and keys are no text
 */
export async function readText(path: string): Promise<CorpusText> {
  if (extname(path).toLowerCase() === ".jsonl") {
    throw new DataError(`Cannot read ${path} as it is lines of JSON and no text: prepare it first, deno task prepare`);
  }
  const bytes = await readBytes(path);
  try {
    return { path, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const offset = firstBadByte(bytes);
    const value = (bytes[offset] ?? 0).toString(16).padStart(2, "0");
    throw new DataError(
      `Cannot read ${path} as it must be UTF-8 text: current value is 0x${value} at byte ${offset}. Convert it first`,
    );
  }
}
