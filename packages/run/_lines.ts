import { diskError } from "@beyond24/disk";

/** A line of a file. */
export interface FileLine {
  /** Its text; undefined when it is too long to be kept. */
  readonly text: string | undefined;
  /** Where the next line begins, in bytes. */
  readonly end: number;
}

/** Most bytes of a line that are kept: a row of metrics has a few hundred. */
const mostBytes = 1 << 16;
const lineEnd = 10;

/**
 * The lines of a file with their ends, none when it is missing. What follows the last line end was not written to its
 * end and is no line. Memory is bounded whatever the file holds.
 */
export async function* linesOf(path: string): AsyncGenerator<FileLine> {
  let rest: Uint8Array = new Uint8Array();
  let isTooLong = false;
  let end = 0;
  for await (const chunk of chunksOf(path)) {
    let start = 0;
    for (let at = chunk.indexOf(lineEnd); at !== -1; at = chunk.indexOf(lineEnd, start)) {
      const part = chunk.subarray(start, at);
      end += rest.length + part.length + 1;
      const tooLong = isTooLong || rest.length + part.length > mostBytes;
      yield { text: tooLong ? undefined : new TextDecoder().decode(joined(rest, part)), end };
      [rest, isTooLong, start] = [new Uint8Array(), false, at + 1];
    }
    const tail = chunk.subarray(start);
    if (isTooLong || rest.length + tail.length > mostBytes) {
      end += rest.length + tail.length;
      [rest, isTooLong] = [new Uint8Array(), true];
    } else rest = joined(rest, tail);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    if (!(await Deno.stat(path)).isFile) throw new TypeError("a folder, pipe or device and no file");
    using file = await Deno.open(path);
    const chunk = new Uint8Array(mostBytes);
    for (let read = await file.read(chunk); read !== null; read = await file.read(chunk)) yield chunk.subarray(0, read);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw diskError(`read ${path}`, error);
  }
}
