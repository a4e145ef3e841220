/**
 * The alphabet in which a byte-level vocabulary writes bytes: printable characters of Latin-1 stand for themselves, the
 * others for U+0100 and the characters after it (GPT-2, `bytes_to_unicode`).
 */
export const byteCharacters: readonly string[] = byteAlphabet();

const bytesByCharacter: ReadonlyMap<string, number> = new Map(
  byteCharacters.map((character, byte) => [character, byte]),
);

function byteAlphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

function isPrintable(byte: number): boolean {
  return byte >= 0x21 && byte <= 0x7e || byte >= 0xa1 && byte <= 0xff && byte !== 0xad;
}

/** Bytes as a vocabulary writes them. */
export function toByteCharacters(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byteCharacters[byte] ?? "";
  return text;
}

/** The bytes of a vocabulary's entry; an entry with other characters stands for its own UTF-8. */
export function fromByteCharacters(entry: string): Uint8Array {
  const bytes = new Uint8Array(entry.length);
  for (let index = 0; index < entry.length; index++) {
    const byte = bytesByCharacter.get(entry.charAt(index));
    if (byte === undefined) return new TextEncoder().encode(entry);
    bytes[index] = byte;
  }
  return bytes;
}
