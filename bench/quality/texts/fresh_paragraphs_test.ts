import { assertEquals } from "@std/assert";
import { freshParagraphs } from "./fresh_paragraphs.ts";

Deno.test("freshParagraphs drops long paragraphs that any text had before, and keeps short ones", () => {
  const seen = new Set<string>();
  const long = "a paragraph that is long enough that nobody writes it a second time by chance";
  assertEquals(freshParagraphs(`Chapter I\n\n${long}\n\n${long}`, seen), `Chapter I\n\n${long}`);
  assertEquals(freshParagraphs(`Chapter I\n\n${long}\n\nThe end`, seen), "Chapter I\n\nThe end");
});
