import { byteCharacters } from "./_byte_alphabet.ts";
import { countPieces } from "./_count_pieces.ts";
import { learnMerges } from "./_learn_merges.ts";
import { llama3Pattern } from "./_patterns.ts";
import { compileSplitter } from "./_split_text.ts";
import { TokenizerError } from "./tokenizer_error.ts";
import type { AddedToken, TokenizerFile, TokenizerStep } from "./tokenizer_file.ts";

/** How far training is. */
export interface TrainTokenizerProgress {
  /** Characters counted so far. */
  readonly characters: number;
  /** Tokens of the vocabulary so far; 0 while texts are counted. */
  readonly tokens: number;
}

/** Options of {@linkcode trainTokenizer}. */
export interface TrainTokenizerOptions {
  /** Tokens of the vocabulary: special ones, 256 bytes, and merges. */
  readonly vocabularySize: number;
  /** Names of special tokens, which take the first numbers. Default: `<|end_of_text|>`, which ends a text. */
  readonly special?: readonly string[];
  /** How text is cut into pieces, across which nothing is merged. Default: Llama 3's pattern. */
  readonly preTokenizer?: TokenizerStep;
  /** Hears how far it is, after each text and each hundredth token. */
  readonly onProgress?: (progress: TrainTokenizerProgress) => void;
}

const llama3PreTokenizer: TokenizerStep = {
  type: "Sequence",
  pretokenizers: [
    { type: "Split", pattern: { Regex: llama3Pattern }, behavior: "Isolated", invert: false },
    { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
  ],
};

/**
 * Learns a byte-level byte-pair encoding from texts: the merges that the trainer of Hugging Face's `tokenizers` learns
 * from the same texts with the alphabet of all bytes, as a `tokenizer.json` that it and `transformers` load.
 *
 * @param texts The texts; they are gone through once
 * @param options Size of the vocabulary, special tokens
 * @returns What to write into `tokenizer.json`
 * @throws {RangeError} If the vocabulary does not hold special tokens and bytes, or a special token is called as a byte
 * @throws {TokenizerError} If the texts do not hold as many different pairs
 *
 * @example Learn from a sentence
 * ```ts
 * import { trainTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const { model } = await trainTokenizer(["low lower lowest"], { vocabularySize: 259, special: [] });
 * assertEquals(model.merges, [["l", "o"], ["lo", "w"], ["Ġ", "low"]]);
 * ```
 */
export async function trainTokenizer(
  texts: Iterable<string> | AsyncIterable<string>,
  options: TrainTokenizerOptions,
): Promise<TokenizerFile> {
  const { vocabularySize, preTokenizer = llama3PreTokenizer, onProgress } = options;
  const special = [...new Set(options.special ?? ["<|end_of_text|>"])];
  const alphabet = [...special, ...byteCharacters.toSorted()];
  if (!Number.isSafeInteger(vocabularySize) || vocabularySize < alphabet.length) {
    throw new RangeError(
      `Cannot train tokenizer as vocabularySize must be an integer of at least ${alphabet.length}, special tokens ` +
        `and bytes: current value is ${vocabularySize}`,
    );
  }
  const byte = special.find((name) => byteCharacters.includes(name) || name === "");
  if (byte !== undefined) {
    throw new RangeError(
      `Cannot train tokenizer as a special token must have a name that is no byte: current value is ${byte}`,
    );
  }
  let characters = 0;
  const { split } = compileSplitter(preTokenizer, "the tokenizer");
  const pieces = await countPieces(texts, split, (more) => onProgress?.({ characters: characters += more, tokens: 0 }));
  const toSymbols = symbolizer(special.length);
  const counted = { words: Array.from(pieces.keys(), toSymbols), counts: [...pieces.values()] };
  const { entries, merges } = learnMerges(counted, alphabet, vocabularySize, (tokens) => {
    if (tokens % 100 === 0) onProgress?.({ characters, tokens });
  });
  if (entries.length < vocabularySize) {
    throw new TokenizerError(
      `Cannot train tokenizer as the texts hold pairs for ${entries.length} tokens only: current value of ` +
        `vocabularySize is ${vocabularySize}. Use more text or a smaller vocabulary`,
    );
  }
  return tokenizerFile(special, entries, merges, preTokenizer);
}

/** Turns a piece into the symbols of its bytes: behind the special ones, bytes in the order of their characters. */
function symbolizer(first: number): (piece: string) => Uint16Array {
  const order = byteCharacters.toSorted();
  const symbols = byteCharacters.map((character) => first + order.indexOf(character));
  const utf8 = new TextEncoder();
  return (piece) => Uint16Array.from(utf8.encode(piece), (byte) => symbols[byte] ?? 0);
}

function tokenizerFile(
  special: readonly string[],
  entries: readonly string[],
  merges: [string, string][],
  preTokenizer: TokenizerStep,
): TokenizerFile {
  const added = special.map((content, id): AddedToken => (
    { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }
  ));
  const model = {
    type: "BPE",
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: Object.fromEntries(entries.map((entry, token) => [entry, token])),
    merges,
  } as const;
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model,
  };
}
