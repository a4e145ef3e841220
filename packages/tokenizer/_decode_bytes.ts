/** The text of tokens whose bytes are known. */
export function decodeBytes(tokens: ArrayLike<number>, bytesOf: (token: number) => Uint8Array): string {
  const parts = Array.from(tokens, bytesOf);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
