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
    .replace(/^\[(Previous|Next|Root of Title).*$/gm, "")
    .replace(/\[([^\]]*)\](\[[^\]]*\]|\([^)]*\))/g, "$1");
  return tidy(untag(body).replace(/[ \t]{2,}/g, " "));
}

/** A page of Markdown without its front matter, comments and the targets of its links. */
export function cleanMarkdown(text: string): string {
  const body = text.replace(/^\uFEFF?---\n[\s\S]*?\n---\n/, "").replace(/<!--[\s\S]*?-->/g, "");
  return tidy(body.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
}

/** A proposal in reStructuredText without its head. */
export function cleanProposal(text: string): string {
  return tidy(text.replace(/^[\s\S]*?\n\n/, ""));
}

/** A chapter of a textbook without its elements and what describes it. */
export function cleanTextbook(text: string): string {
  return tidy(untag(text.replace(/<metadata[\s\S]*?<\/metadata>/g, "")));
}

/** Whether the commonest words of English are at least an eighth of a text's. */
export function isEnglish(text: string): boolean {
  const words = text.slice(0, 200_000).toLowerCase().match(/\p{L}+/gu) ?? [];
  const common = words.filter((word) => commonest.has(word)).length;
  return common * 8 >= words.length && common > 0;
}

const commonest = new Set(["the", "of", "and", "to", "a", "in", "that", "it", "is", "was"]);
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " ", apos: "'" };

/** Takes tags out and puts characters in the place of entities. */
function untag(text: string): string {
  return text.replace(/<[^>]*>/g, "").replace(
    /&(#x?)?(\w+);/gi,
    (whole, number: string | undefined, name: string) =>
      number === undefined
        ? entities[name] ?? whole
        : characterOf(Number.parseInt(name, number === "#" ? 10 : 16), whole),
  );
}

function characterOf(code: number, otherwise: string): string {
  return code > 0 && code <= 0x10FFFF ? String.fromCodePoint(code) : otherwise;
}

/** No blanks at ends of lines, at most one empty line in a row, none around. */
function tidy(text: string): string {
  return text.replace(/[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n").trim();
}
