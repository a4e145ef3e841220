/** Columns of a line. */
const WIDEST = 120;

/** A line of a comment: what stands in front of its words, and the words. */
const LINE = /^(\s*(?:\/\/|\*) +)(\S.*)$/;
const WHOLE_BLOCK = /^(\s*)\/\*\*? (.*\S) \*\/$/;
/** Words that begin something of their own: a tag, an item, a row, a heading, an instruction to a tool. */
const OWN = /^(@|- |\d+\. |\||#|```|deno-|@ts-|https?:|!)/;

/**
 * Wraps comments of TypeScript and AssemblyScript that are wider than 120 columns, which `deno fmt` leaves alone: a
 * paragraph is filled again from its first wide line on. Examples, tables and instructions to tools stay as they are.
 *
 * @param text Text of a file
 */
export function wrapComments(text: string): string {
  const lines = openBlocks(text.split("\n"));
  const out: string[] = [];
  let isExample = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const [, prefix = "", words = ""] = LINE.exec(line) ?? [];
    if (/^\s*\* ```/.test(line)) isExample = !isExample;
    if (line.length <= WIDEST || isExample || words === "" || /^(\||deno-|@ts-|https?:)/.test(words)) {
      out.push(line);
      continue;
    }
    const paragraph = [words];
    for (let next = continued(lines[i + 1], prefix); next !== undefined; next = continued(lines[i + 1], prefix)) {
      paragraph.push(next);
      i++;
    }
    out.push(...filled(prefix, paragraph.join(" ")));
  }
  return out.join("\n");
}

/** Gives a wide block of one line three. */
function openBlocks(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const [, indentation, words] = WHOLE_BLOCK.exec(line) ?? [];
    if (line.length <= WIDEST || indentation === undefined || words === undefined) return [line];
    return [`${indentation}/**`, `${indentation} * ${words}`, `${indentation} */`];
  });
}

/** The words of a line that goes on with the paragraph of the line before. */
function continued(line: string | undefined, prefix: string): string | undefined {
  const [, own, words = ""] = LINE.exec(line ?? "") ?? [];
  return own?.trimEnd() === prefix.trimEnd() && !OWN.test(words.trim()) ? words.trim() : undefined;
}

function filled(prefix: string, text: string): string[] {
  const hang = " ".repeat(/^(- |\d+\. )/.exec(text)?.[0].length ?? 0);
  const lines: string[] = [];
  let line = prefix;
  for (const word of text.split(/ +/)) {
    const isEmpty = line.trim() === prefix.trim();
    if (!isEmpty && line.length + 1 + word.length > WIDEST) {
      lines.push(line);
      line = `${prefix}${hang}${word}`;
    } else {
      line += isEmpty ? word : ` ${word}`;
    }
  }
  return [...lines, line];
}
