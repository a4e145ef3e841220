import TinyQueue from "tinyqueue";
import { PairTable } from "./_pair_table.ts";
import { SymbolWords } from "./_symbol_words.ts";

/** Words of the texts, as symbols. */
export interface CountedWords {
  /** Symbols of each word. */
  readonly words: readonly ArrayLike<number>[];
  /** How often each word stands in the texts. */
  readonly counts: ArrayLike<number>;
}

/** What was learned. */
export interface LearnedMerges {
  /** Entries of the vocabulary: those that were there, then those of the merges. */
  readonly entries: readonly string[];
  /** Pairs of entries, the first one to be merged first. */
  readonly merges: [string, string][];
}

/** A pair to be merged, how often it stood in the words when it was queued, and in which words it is looked for. */
interface Candidate {
  readonly pair: number;
  readonly words: readonly number[];
  count: number;
}

/**
 * Learns merges: again and again the most frequent pair of neighbours becomes a symbol of its own; of pairs that are
 * equally frequent the one with the smaller left symbol, then right symbol.
 *
 * The steps are those of Hugging Face's `tokenizers` (`models/bpe/trainer.rs`), so that the merges are equal. That
 * includes a pair that is queued twice because two merges made one of its symbols: it is merged twice, and its later
 * place counts.
 *
 * @param counted The words
 * @param alphabet Entries of the symbols in the words
 * @param size Entries to stop at
 * @param onMerge Hears of the number of entries
 */
export function learnMerges(
  { words, counts }: CountedWords,
  alphabet: readonly string[],
  size: number,
  onMerge: (entries: number) => void,
): LearnedMerges {
  const entries = [...alphabet];
  const symbols = new Map(entries.map((entry, symbol) => [entry, symbol]));
  const merges = new Map<string, [string, string]>();
  const text = new SymbolWords(words);
  const pairs = new PairTable();
  const queue = new TinyQueue<Candidate>(
    [],
    (a, b) =>
      b.count - a.count || value(pairs.left, a.pair) - value(pairs.left, b.pair) ||
      value(pairs.right, a.pair) - value(pairs.right, b.pair),
  );

  /** Words in which pairs came up, until they are queued. */
  const fresh = new Map<number, number[]>();
  const count = (left: number, right: number, word: number, change: 1 | -1) => {
    const pair = pairs.numberOf(left, right);
    pairs.count[pair] = value(pairs.count, pair) + change * value(counts, word);
    if (change < 0) return;
    const found = fresh.get(pair);
    if (found === undefined) fresh.set(pair, [word]);
    else if (found.at(-1) !== word) found.push(word);
  };
  const enqueue = () => {
    for (const [pair, found] of fresh) {
      const total = value(pairs.count, pair);
      if (total > 0) queue.push({ pair, words: found, count: total });
    }
    fresh.clear();
  };

  text.forEachPair((left, right, word) => count(left, right, word, 1));
  enqueue();
  while (entries.length < size) {
    const top = queue.pop();
    if (top === undefined) break;
    const total = value(pairs.count, top.pair);
    if (top.count !== total) {
      if (total > 0) queue.push({ ...top, count: total });
      continue;
    }
    const [left, right] = [value(pairs.left, top.pair), value(pairs.right, top.pair)];
    const pair: [string, string] = [entries[left] ?? "", entries[right] ?? ""];
    const entry = pair.join("");
    const merged = symbols.get(entry) ?? entries.push(entry) - 1;
    symbols.set(entry, merged);
    merges.delete(pair.join(" "));
    merges.set(pair.join(" "), pair);
    for (const word of top.words) {
      text.merge(word, left, right, merged, (before, after, change) => count(before, after, word, change));
    }
    enqueue();
    onMerge(entries.length);
  }
  return { entries, merges: [...merges.values()] };
}

function value(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
