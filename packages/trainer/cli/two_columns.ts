/** Lines of two columns. */
export type Rows = readonly (readonly [left: string, right: string])[];

/** The widest first column; what is wider has a line of its own. */
const widestLeft = 30;

/**
 * Rows as indented lines, the second column wrapped.
 *
 * @param rows Both columns
 * @param columns Room in characters
 */
export function twoColumns(rows: Rows, columns: number): string {
  const width = Math.min(widestLeft, Math.max(...rows.map(([left]) => left.length)));
  const lines = rows.map(([left, right]) => {
    const text = wrap(right, columns, " ".repeat(width + 4));
    return left.length > width ? `  ${left}\n${text}` : `  ${left.padEnd(width)}  ${text.trimStart()}`;
  });
  return lines.join("\n") + "\n";
}

/** Breaks a text between words. A word that is longer than a line stays whole. */
export function wrap(text: string, columns: number, indent = ""): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    const longer = line === indent ? indent + word : `${line} ${word}`;
    if (longer.length <= columns || line === indent) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = indent + word;
  }
  return [...lines, line].join("\n");
}
