import TinyQueue from "tinyqueue";
import type { MergeTable } from "./_merge_table.ts";

/** A pair to be merged is one number, its rank times this plus its place: the least one is merged next. */
const places = 2 ** 28;

/**
 * Byte-pair encoding of a piece of text: of all neighbours that have a merge those of the least rank are merged, the
 * leftmost first, until none has one. Bytes that the vocabulary lacks are left out.
 *
 * @param bytes The piece
 * @param table The merges
 * @returns Tokens
 */
export function mergePiece(bytes: Uint8Array, table: MergeTable): number[] {
  const tokens: number[] = [];
  for (const byte of bytes) {
    const token = table.byteTokens[byte] ?? -1;
    if (token >= 0) tokens.push(token);
  }
  const { length } = tokens;
  /** Places of the neighbours that are left. */
  const next: number[] = [];
  const previous: number[] = [];
  /** Rank of the pair that begins at a place; -1 for none. */
  const ranks: number[] = [];
  const queue = new TinyQueue<number>();
  const consider = (place: number, right: number) => {
    const rank = right < length ? table.rankOf(tokens[place] ?? -1, tokens[right] ?? -1) : -1;
    ranks[place] = rank;
    if (rank >= 0) queue.push(rank * places + place);
  };
  for (let place = 0; place < length; place++) {
    next.push(place + 1);
    previous.push(place - 1);
    consider(place, place + 1);
  }
  for (let least = queue.pop(); least !== undefined; least = queue.pop()) {
    const place = least % places;
    // What was queued may have been merged into a neighbour since.
    if (ranks[place] !== Math.floor(least / places)) continue;
    const right = next[place] ?? length;
    const after = next[right] ?? length;
    tokens[place] = table.mergedOf(tokens[place] ?? -1, tokens[right] ?? -1);
    tokens[right] = -1;
    ranks[right] = -1;
    next[place] = after;
    if (after < length) previous[after] = place;
    const before = previous[place] ?? -1;
    if (before >= 0) consider(before, place);
    consider(place, after);
  }
  return tokens.filter((token) => token >= 0);
}
