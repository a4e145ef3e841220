/** The text of tokens whose bytes are known. */
export function decodeBytes(tokens: ArrayLike<number>, bytesOf: (token: number) => Uint8Array): string {
  let bytes = new Uint8Array(4 * tokens.length);
  let end = 0;
  for (let index = 0; index < tokens.length; index++) {
    const part = bytesOf(tokens[index] ?? -1);
    if (end + part.length > bytes.length) bytes = enlarge(bytes, end + part.length);
    bytes.set(part, end);
    end += part.length;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, end));
}

function enlarge(bytes: Uint8Array, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(least, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}
