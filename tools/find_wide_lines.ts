const WIDEST = 120;

/**
 * The lines of a Markdown file that are wider than prose and code may be, each as a line of text. A row of a table must
 * be one line, however wide.
 *
 * @param file Path relative to the repository
 * @param text Text of the file
 */
export function findWideLines(file: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const isRow = /^\s*\|/.test(line);
    if (isRow || line.length <= WIDEST) return [];
    return [`${file}:${index + 1}: ${line.length} columns; wrap it at ${WIDEST}`];
  });
}
