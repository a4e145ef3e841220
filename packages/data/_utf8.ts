/** Bytes that are decoded at once: a string of all of them would take twice their memory. */
const pieceBytes = 2 ** 20;

/** Whether bytes are UTF-8; with `stream` the last character may be unfinished. */
export function isUtf8(bytes: Uint8Array, stream = false): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      decoder.decode(bytes.subarray(start, start + pieceBytes), { stream: true });
    }
    if (!stream) decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** Offset of the first character that is not UTF-8, or not finished; the number of bytes when all are. */
export function firstBadByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    // An unfinished character at the end is passed over, so that validity is monotone in the length.
    if (isUtf8(bytes.subarray(0, middle), true)) valid = middle;
    else invalid = middle;
  }
  while (valid > 0 && !isUtf8(bytes.subarray(0, valid))) valid--;
  return valid;
}

/** What to say of bytes that are not UTF-8; it can follow "as". */
export function notUtf8(byte: number | undefined): string {
  const value = byte === undefined ? "the end" : `0x${byte.toString(16).padStart(2, "0")}`;
  return `it must be UTF-8 text: current value is ${value}`;
}
