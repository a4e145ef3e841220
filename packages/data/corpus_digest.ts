import type { Corpus } from "./corpus.ts";

/**
 * A fingerprint of the texts of a corpus and their order, without their paths: a resumed run compares it to know that it
 * sees the same data.
 *
 * @param corpus The corpus
 * @returns SHA-256 in hexadecimal digits
 *
 * @example Compare two corpora
 * ```ts
 * import { corpusDigest } from "@beyond24/data";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const one = await corpusDigest({ texts: [{ path: "a", text: "Ahab" }] });
 * assertEquals(one, await corpusDigest({ texts: [{ path: "moved/a", text: "Ahab" }] }));
 * assertNotEquals(one, await corpusDigest({ texts: [{ path: "a", text: "Ishmael" }] }));
 * ```
 */
export async function corpusDigest(corpus: Corpus): Promise<string> {
  // Digests of the single texts have a fixed length, so that texts cut differently give different fingerprints.
  const parts: string[] = [];
  for (const { text } of corpus.texts) parts.push(await sha256(text));
  return await sha256(parts.join(""));
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
