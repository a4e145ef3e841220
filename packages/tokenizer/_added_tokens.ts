import type { AddedToken } from "./tokenizer_file.ts";

const wordEnd = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u;
const wordStart = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;

/** Where an added token stands in a text. */
interface Found {
  readonly token: AddedToken;
  readonly start: number;
  readonly end: number;
}

/** What a text is cut into. */
export interface AddedTokenVisitor {
  /** A part between tokens. */
  onText(part: string): void;
  /** A token. */
  onToken(token: AddedToken): void;
}

/** Cuts a text at added tokens; those that are special count only when `special` is true, else they are text. */
export type SplitAdded = (text: string, special: boolean, visitor: AddedTokenVisitor) => void;

/**
 * Looks for added tokens, the leftmost first and of those that begin together the longest.
 *
 * @param tokens The tokens
 * @param contentOf Text of a token, as it stands in the texts
 */
export function addedTokenSplitter(
  tokens: readonly AddedToken[],
  contentOf: (token: AddedToken) => string,
): SplitAdded {
  const byContent = new Map(tokens.map((token) => [contentOf(token), token]));
  byContent.delete("");
  const hasPlain = byContent.values().some(({ special }) => special !== true);
  const contents = [...byContent.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(contents.map((content) => RegExp.escape(content)).join("|"), "gu");
  return (text, special, { onText, onToken }) => {
    let done = 0;
    for (const match of contents.length > 0 && (special || hasPlain) ? text.matchAll(pattern) : []) {
      const token = byContent.get(match[0]);
      // A special token that is text hides the tokens that it overlaps, as in the library that wrote the file.
      if (token === undefined || token.special === true && !special) continue;
      const found = widen(text, { token, start: match.index, end: match.index + match[0].length }, done);
      if (found === undefined) continue;
      if (done < found.start) onText(text.slice(done, found.start));
      onToken(token);
      done = found.end;
    }
    if (done < text.length) onText(text.slice(done));
  };
}

/** Takes the white space around a token in, or refuses one inside a word. */
function widen(text: string, { token, start, end }: Found, done: number): Found | undefined {
  if (start < done) return undefined;
  const isInWord = wordEnd.test(text.slice(Math.max(0, start - 2), start)) || wordStart.test(text.slice(end, end + 2));
  if (token.single_word === true && isInWord) return undefined;
  const before = token.lstrip === true ? /\p{White_Space}*$/u.exec(text.slice(done, start))?.[0].length ?? 0 : 0;
  const after = token.rstrip === true ? /^\p{White_Space}*/u.exec(text.slice(end))?.[0].length ?? 0 : 0;
  return { token, start: start - before, end: end + after };
}
