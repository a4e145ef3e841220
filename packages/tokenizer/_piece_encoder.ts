import { toByteCharacters } from "./_byte_alphabet.ts";
import { copyOf } from "./_copy_of.ts";
import { mergePiece } from "./_merge_piece.ts";
import type { MergeTable } from "./_merge_table.ts";
import type { TokenBuffer } from "./_token_buffer.ts";

/** Pieces that are remembered: words repeat, and to look one up is many times as fast as to merge it. */
const mostRemembered = 2 ** 17;
/** Longer pieces hardly repeat. */
const longestRemembered = 64;

/** Appends the tokens of a piece of text. */
export type EncodePiece = (piece: string, out: TokenBuffer) => void;

/**
 * Encodes pieces.
 *
 * @param table The merges
 * @param wholes Entries, in byte characters, that are taken whole without merging
 */
export function createPieceEncoder(table: MergeTable, wholes: ReadonlyMap<string, number>): EncodePiece {
  const remembered = new Map<string, number | readonly number[]>();
  const utf8 = new TextEncoder();

  function encode(piece: string): number | readonly number[] {
    const bytes = utf8.encode(piece);
    const whole = wholes.size > 0 ? wholes.get(toByteCharacters(bytes)) : undefined;
    const tokens = whole === undefined ? mergePiece(bytes, table) : [whole];
    return tokens.length === 1 ? tokens[0] ?? 0 : tokens;
  }

  function remember(piece: string): number | readonly number[] {
    const tokens = encode(piece);
    if (piece.length > longestRemembered) return tokens;
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(copyOf(piece), tokens);
    return tokens;
  }

  return (piece, out) => {
    const tokens = remembered.get(piece) ?? remember(piece);
    if (typeof tokens === "number") out.push(tokens);
    else out.append(tokens);
  };
}
