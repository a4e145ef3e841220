/** Characters of a window, about: what is made of a text while it is encoded does not grow with the text. */
const windowLength = 1 << 20;

/**
 * A text in windows that end where white space follows a letter; where there is none for long, a window is as long as
 * it takes.
 */
export function* textWindows(text: string): Generator<string> {
  const cut = /\p{L}(?=[ \n])/gu;
  let start = 0;
  while (text.length - start > windowLength) {
    cut.lastIndex = start + windowLength;
    if (!cut.test(text)) break;
    yield text.slice(start, cut.lastIndex);
    start = cut.lastIndex;
  }
  if (start < text.length) yield text.slice(start);
}
