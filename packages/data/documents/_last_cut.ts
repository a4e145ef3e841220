/** The last place where a space or line feed follows a letter, before which a text may be cut; 0 when there is none. */
export function lastCut(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at > 0; at--) {
    const isSpace = bytes[at] === 0x20 || bytes[at] === 0x0a;
    if (isSpace && endsInLetter(bytes.subarray(Math.max(0, at - 4), at))) return at;
  }
  return 0;
}

function endsInLetter(bytes: Uint8Array): boolean {
  return /\p{L}$/u.test(new TextDecoder().decode(bytes));
}
