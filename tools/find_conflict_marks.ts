/**
 * The lines that a merge left where two sides did not agree, each as a line of text. The row of equals signs between
 * the sides underlines headings in Markdown too, so the lines around the sides must do.
 *
 * @param file Path relative to the repository
 * @param text Text of the file
 */
export function findConflictMarks(file: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    if (!/^(<{7}|\|{7}|>{7})( |$)/.test(line)) return [];
    return [`${file}:${index + 1}: a merge stopped here: ${line}; choose what holds`];
  });
}
