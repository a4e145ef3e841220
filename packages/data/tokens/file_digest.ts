import { createHash } from "node:crypto";

/**
 * SHA-256 of a file, which passes through memory in chunks.
 *
 * @param path The file
 * @param onRead Hears how many bytes were read since the last call
 * @returns Hexadecimal digits
 */
export async function fileDigest(path: string, onRead: (bytes: number) => void = () => {}): Promise<string> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(2 ** 20);
  using file = await Deno.open(path);
  for (let count = await file.read(chunk); count !== null; count = await file.read(chunk)) {
    hash.update(chunk.subarray(0, count));
    onRead(count);
  }
  return hash.digest("hex");
}

/** SHA-256 of a text. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
