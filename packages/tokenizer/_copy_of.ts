/** Shorter parts of a text are copies in JavaScript's engines as it is. */
const shortestSlice = 13;

/** The same text; a part of a text would keep all of that text in memory. */
export function copyOf(part: string): string {
  return part.length < shortestSlice ? part : part.split("").join("");
}
