import { createHash } from "node:crypto";

/** Paragraphs that are shorter come again by chance: headings, short answers. */
const shortest = 60;

/** A text without the paragraphs that were seen before; adds its own to `seen`. */
export function freshParagraphs(text: string, seen: Set<string>): string {
  const fresh = text.split("\n\n").filter((paragraph) => {
    if (paragraph.length < shortest) return true;
    const digest = createHash("sha1").update(paragraph).digest("base64").slice(0, 16);
    if (seen.has(digest)) return false;
    seen.add(digest);
    return true;
  });
  return fresh.join("\n\n");
}
