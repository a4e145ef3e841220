/** A book of Project Gutenberg without its head and foot; empty where it is not marked or not English. */
export function cleanBook(text: string): string {
  const start = /^\*\*\* ?START OF TH.*$/m.exec(text);
  const end = /^(\*\*\* ?END OF TH|End of (the )?Project Gutenberg)/m.exec(text);
  if (start === null || end === null || end.index < start.index) return "";
  const body = text.slice(start.index + start[0].length, end.index);
  return isEnglish(body) ? tidy(body) : "";
}

/** A section of the United States Code without links, tables' tags and what the site has around it. */
export function cleanLaw(text: string): string {
  const body = text
    .split(/^-{10}\n/m).slice(2).join("")
    .replace(/^\[\/us\/.*$/gm, "")
    .replace(/^\[(Previous|Next|Root of Title).*$/gm, "");
  return tidy(untag(withoutTargets(body, "([")).replace(/[ \t]{2,}/g, " "));
}

/** A page of Markdown without its front matter, comments and the targets of its links. */
export function cleanMarkdown(text: string): string {
  const body = text.replace(/^\uFEFF?---\n[\s\S]*?\n---\n/, "");
  return tidy(withoutTargets(withoutBetween(body, "<!--", "-->"), "("));
}

/** A proposal in reStructuredText without its head. */
export function cleanProposal(text: string): string {
  return tidy(text.replace(/^[\s\S]*?\n\n/, ""));
}

/** A chapter of a textbook without its elements and what describes it. */
export function cleanTextbook(text: string): string {
  return tidy(untag(withoutBetween(text, "<metadata", "</metadata>")));
}

/** Whether the commonest words of English are at least an eighth of a text's. */
export function isEnglish(text: string): boolean {
  const words = text.slice(0, 200_000).toLowerCase().match(/\p{L}+/gu) ?? [];
  const common = words.filter((word) => commonest.has(word)).length;
  return common * 8 >= words.length && common > 0;
}

const commonest = new Set(["the", "of", "and", "to", "a", "in", "that", "it", "is", "was"]);
const entities = new Map([["amp", "&"], ["lt", "<"], ["gt", ">"], ["quot", '"'], ["nbsp", " "], ["apos", "'"]]);

/** Takes tags out and puts characters in the place of entities. */
function untag(text: string): string {
  return withoutBetween(text, "<", ">").replace(
    /&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi,
    (whole, hexadecimal: string | undefined, decimal: string | undefined, name: string) => {
      if (hexadecimal !== undefined) return characterOf(Number.parseInt(hexadecimal, 16), whole);
      if (decimal !== undefined) return characterOf(Number(decimal), whole);
      return entities.get(name) ?? whole;
    },
  );
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]" };

/**
 * Links such as `[text](target)` as their text; `brackets` are those that a target may stand in. A search, as a regular
 * expression looks from each bracket to the end.
 */
function withoutTargets(text: string, brackets: string): string {
  const kept: string[] = [];
  let end = 0;
  let close = -1;
  for (let start = text.indexOf("["); start >= 0;) {
    if (close < start) close = text.indexOf("]", start);
    if (close < 0) break;
    const opening = text.charAt(close + 1);
    const target = opening !== "" && brackets.includes(opening) ? text.indexOf(closing[opening] ?? "", close + 2) : -1;
    if (target < 0) {
      start = text.indexOf("[", start + 1);
      continue;
    }
    kept.push(text.slice(end, start), text.slice(start + 1, close));
    end = target + 1;
    start = text.indexOf("[", end);
  }
  return kept.join("") + text.slice(end);
}

/** A text without what stands from an opening to the next closing, both included; a search, for the same reason. */
function withoutBetween(text: string, opening: string, closing: string): string {
  const kept: string[] = [];
  let end = 0;
  for (let start = text.indexOf(opening); start >= 0; start = text.indexOf(opening, end)) {
    const close = text.indexOf(closing, start + opening.length);
    if (close < 0) break;
    kept.push(text.slice(end, start));
    end = close + closing.length;
  }
  return kept.join("") + text.slice(end);
}

/** A character by its number; what it was where there is none, as for half of a pair. */
function characterOf(code: number, otherwise: string): string {
  const isCharacter = code > 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  return isCharacter ? String.fromCodePoint(code) : otherwise;
}

/** No blanks at ends of lines, at most one empty line in a row, none around. */
function tidy(text: string): string {
  const isEnd = (at: number) => at === text.length || /[\n\r\u2028\u2029]/.test(text.charAt(at));
  // A run of blanks is looked at once: with the end of the line in the expression it would be from each of its blanks.
  const trimmed = text.replace(/[ \t]+/g, (blanks, at: number) => isEnd(at + blanks.length) ? "" : blanks);
  return trimmed.replace(/\n{3,}/g, "\n\n").trim();
}
