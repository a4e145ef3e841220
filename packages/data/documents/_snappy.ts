import { snappyUncompress } from "hyparquet/src/snappy.js";
import { StreamError } from "./stream_error.ts";

/**
 * Decompresses Snappy, after a walk over its elements: `hyparquet` takes a length above 2^31 for a negative one and
 * goes back in the input, which damaged bytes can make it do for ever.
 *
 * @param input Compressed bytes
 * @param length Bytes that they are to give
 * @throws {StreamError} If they are damaged
 */
export function decompressSnappy(input: Uint8Array, length: number): Uint8Array {
  if (!isSnappy(input, length)) throw new StreamError("a page of its column is damaged: it must be Snappy");
  const output = new Uint8Array(length);
  snappyUncompress(input, output);
  return output;
}

/** Whether elements follow each other up to the end, and give so many bytes. */
function isSnappy(input: Uint8Array, length: number): boolean {
  let at = 0;
  let given = 0;
  // The length in groups of seven bits, which the decoder compares.
  while ((input[at] ?? 0) >= 0x80) at++;
  at++;
  while (at < input.length) {
    const tag = input[at++] ?? 0;
    const kind = tag & 3;
    const short = tag >>> 2;
    if (kind === 0) {
      const wide = Math.max(0, short - 59);
      const size = (wide === 0 ? short : littleEndian(input, at, wide)) + 1;
      at += wide + size;
      given += size;
    } else {
      const wide = [0, 1, 2, 4][kind] ?? 0;
      const offset = littleEndian(input, at, wide) + (kind === 1 ? (tag >>> 5) * 256 : 0);
      if (offset < 1 || offset > given) return false;
      at += wide;
      given += kind === 1 ? (short & 7) + 4 : short + 1;
    }
    if (at > input.length || given > length) return false;
  }
  return given === length;
}

function littleEndian(input: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = width - 1; index >= 0; index--) value = value * 256 + (input[at + index] ?? 0);
  return value;
}
