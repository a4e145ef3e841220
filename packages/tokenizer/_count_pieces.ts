import { copyOf } from "./_copy_of.ts";
import type { SplitText } from "./_split_text.ts";

/**
 * Counts the pieces of texts.
 *
 * @param texts The texts
 * @param split How they are cut
 * @param onText Called after each text with its number of characters
 * @returns How often each piece stands in the texts
 */
export async function countPieces(
  texts: Iterable<string> | AsyncIterable<string>,
  split: SplitText,
  onText: (characters: number) => void,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const count = (piece: string) => {
    const known = counts.get(piece);
    if (known === undefined) counts.set(copyOf(piece), 1);
    else counts.set(piece, known + 1);
  };
  for await (const text of texts) {
    split(text.toWellFormed(), count);
    onText(text.length);
  }
  return counts;
}
