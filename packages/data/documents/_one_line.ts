/** What a file says of itself, as a part of a message: on one line, and not all of it. */
export function oneLine(text: string): string {
  return text.slice(0, 200).replace(/\p{Cc}/gu, "\ufffd").toWellFormed();
}
