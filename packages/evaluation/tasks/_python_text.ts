/** What Python takes for whitespace; JavaScript's `trim` differs in U+001C to U+001F, U+0085 and U+FEFF. */
const space = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const leading = new RegExp(`^${space}+`);
const only = new RegExp(space);

/** Python's `str.lstrip`. */
export function pythonTrimStart(text: string): string {
  return text.replace(leading, "");
}

/** Python's `str.rstrip`. */
export function pythonTrimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && only.test(text[end - 1] ?? "")) end--;
  return text.slice(0, end);
}

/** Python's `str.strip`. */
export function pythonTrim(text: string): string {
  return pythonTrimEnd(pythonTrimStart(text));
}

/**
 * Python's `str.capitalize`: the first character in upper case and the rest in lower case. (The first one is in title
 * case in truth; that differs for ligatures of the Balkans, Greek with iota below and Georgian, none of which begins
 * English.)
 */
export function pythonCapitalize(text: string): string {
  const [first = ""] = text;
  const [upper = "", ...rest] = first.toUpperCase();
  return upper + rest.join("").toLowerCase() + text.slice(first.length).toLowerCase();
}
