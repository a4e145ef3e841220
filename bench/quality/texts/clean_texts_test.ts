import { assertEquals } from "@std/assert";
import { cleanBook, cleanLaw, cleanMarkdown, cleanProposal, cleanTextbook, isEnglish } from "./clean_texts.ts";

const english = "It was the best of times, it was the worst of times; it was the age of wisdom, and of the foolish.";

Deno.test("cleanBook takes the licence off, and leaves out what is not marked or not English", () => {
  const marked = (body: string) =>
    `The Project Gutenberg EBook\n*** START OF THIS PROJECT GUTENBERG EBOOK ***\n\n\n${body}  \n\n\n\n${body}\n` +
    `*** END OF THIS PROJECT GUTENBERG EBOOK ***\nLicence`;
  assertEquals(cleanBook(marked(english)), `${english}\n\n${english}`);
  assertEquals(cleanBook(marked("Es war einmal ein König, der hatte eine Tochter.")), "");
  assertEquals(cleanBook(english), "");
});

Deno.test("cleanBook leaves out a book whose foot stands before its head", () => {
  assertEquals(cleanBook(`*** END OF THE BOOK\n${english}\n*** START OF THE BOOK ***\n`), "");
});

Deno.test("cleanLaw keeps the section, and of links and tables their text", () => {
  const bar = "----------\n";
  const head = `---\n---\n\n# 1 U.S.C.\n\n${bar}${bar}\n[Previous](a) | [Next](b)\n\n`;
  const body = "## § 1\n\n    (a) See [section 2][/us/usc/t1/s2].\n\n<td> &#167;&nbsp;3 &amp; 4 </td>\n\n";
  const foot = `${bar}\n[Previous](a) | [Next](b)\n\n${bar}${bar}\n[/us/usc/t1/s2]: https://example.org\n`;
  assertEquals(cleanLaw(head + body + foot), "## § 1\n\n (a) See section 2.\n\n § 3 & 4");
});

Deno.test("cleanMarkdown takes off front matter, comments and the targets of links", () => {
  assertEquals(cleanMarkdown("---\ntitle: x\n---\n\n# Get\n<!-- no -->\n\nSee [Set](set.md).\n"), "# Get\n\nSee Set.");
});

Deno.test("cleanProposal takes off the head", () => {
  assertEquals(cleanProposal("PEP: 1\nTitle: x\n\n\nAbstract\n========\n"), "Abstract\n========");
});

Deno.test("cleanTextbook keeps what stands between elements", () => {
  const chapter =
    `<document>\n<metadata><title>no</title></metadata>\n<para id="a">Of &lt;all&gt; times.</para>\n</document>`;
  assertEquals(cleanTextbook(chapter), "Of <all> times.");
});

Deno.test("isEnglish tells by the commonest words", () => {
  assertEquals([english, "Il était une fois un roi et une reine", ""].map(isEnglish), [true, false, false]);
});

Deno.test("what is no entity or no character stays as it is", () => {
  const rare = "&constructor; &toString; &#xD800; &#57343; &#99999999; &#65abc; &unknown; &";
  assertEquals(cleanTextbook(rare), rare);
  assertEquals(cleanTextbook("&#x41;&#65;&lt;&AMP;"), "AA<&AMP;");
});

Deno.test("links lose their targets, and brackets that are none stay", () => {
  assertEquals(cleanMarkdown("[a](b) [c] (d) [e](f [[g](h) [i][j]"), "a [c] (d) e [i][j]");
});

Deno.test("long lines of what opens and never closes take no longer than others", () => {
  const count = 300_000; // minutes for expressions that look from each of them to the end
  assertEquals(cleanMarkdown(`a${" ".repeat(count)}b`).length, count + 2);
  assertEquals(cleanTextbook("<".repeat(count)).length, count);
  assertEquals(cleanMarkdown("[".repeat(count)).length, count);
  assertEquals(cleanMarkdown("<!--".repeat(count)).length, 4 * count);
  assertEquals(cleanTextbook("<metadata ".repeat(count)).length, 10 * count - 1);
});
