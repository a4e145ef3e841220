import { createHash } from "node:crypto";
import type { Corpus } from "./corpus.ts";

/**
 * A fingerprint of the texts of a corpus and their order, without their paths: a resumed run compares it to know that
 * it sees the same data.
 *
 * @param corpus The corpus
 * @returns SHA-256 in hexadecimal digits
 *
 * @example Compare two corpora
 * ```ts
 * import { corpusDigest } from "@beyond24/data";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const text = (path: string, text: string) => ({ texts: [{ path, bytes: new TextEncoder().encode(text) }] });
 * const one = corpusDigest(text("a", "Ahab"));
 * assertEquals(one, corpusDigest(text("moved/a", "Ahab")));
 * assertNotEquals(one, corpusDigest(text("a", "Ishmael")));
 * ```
 */
export function corpusDigest(corpus: Corpus): string {
  // Digests of the single texts have a fixed length, so that texts cut differently give different fingerprints.
  return sha256(corpus.texts.map(({ bytes }) => sha256(bytes)).join(""));
}

function sha256(contents: Uint8Array | string): string {
  return createHash("sha256").update(contents).digest("hex");
}
