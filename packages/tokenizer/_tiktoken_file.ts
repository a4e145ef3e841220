import { byteCharacters } from "./_byte_alphabet.ts";
import { gpt2Pattern, llama3Pattern, o200kPattern } from "./_patterns.ts";
import { TokenizerError } from "./tokenizer_error.ts";
import type { AddedToken, TokenizerFile } from "./tokenizer_file.ts";

/** What a file of ranks leaves out. */
interface TiktokenKind {
  /** How text is cut into pieces. */
  readonly pattern: string;
  /** Special tokens by number, given the largest rank plus one. */
  special(ranks: number): Record<string, number>;
  /** Name of the token that is put before every text. */
  readonly prefix?: string;
}

const numbered = (first: number, names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name, index) => [name, first + index]));

/** Llama 3's: 256 special tokens behind the ranks (`llama3/llama/tokenizer.py`). */
const llama3: TiktokenKind = {
  pattern: llama3Pattern,
  special: (ranks) => numbered(ranks, llama3Names()),
  prefix: "<|begin_of_text|>",
};

function llama3Names(): string[] {
  const reserved = (index: number) => `<|reserved_special_token_${index}|>`;
  const first = ["<|begin_of_text|>", "<|end_of_text|>", ...[0, 1, 2, 3].map(reserved), "<|start_header_id|>"];
  const named = [...first, "<|end_header_id|>", reserved(4), "<|eot_id|>"];
  return [...named, ...Array.from({ length: 256 - named.length }, (_, index) => reserved(index + 5))];
}

/** OpenAI's encodings, by the name of the file; every other file is taken as one of Llama 3's kind. */
const kinds: Readonly<Record<string, TiktokenKind>> = {
  r50k_base: { pattern: gpt2Pattern, special: () => ({ "<|endoftext|>": 50256 }) },
  p50k_base: { pattern: gpt2Pattern, special: () => ({ "<|endoftext|>": 50256 }) },
  cl100k_base: {
    pattern: llama3Pattern,
    special: () => ({
      ...numbered(100257, ["<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"]),
      "<|endofprompt|>": 100276,
    }),
  },
  o200k_base: { pattern: o200kPattern, special: () => ({ "<|endoftext|>": 199999, "<|endofprompt|>": 200018 }) },
};

/**
 * Turns a tiktoken file, a token in base64 and its rank on every line, into the same tokenizer as a `tokenizer.json`.
 *
 * @param text Contents of the file
 * @param file Its name
 * @throws {TokenizerError} If a line is something else, or a byte has no token
 */
export function fromTiktoken(text: string, file: string): TokenizerFile {
  const ranks = parseRanks(text, file);
  const kind = kinds[/([^/\\]*)\.tiktoken$/.exec(file)?.[1] ?? ""] ?? llama3;
  const largest = ranks.values().reduce((most, rank) => Math.max(most, rank), -1);
  const added = Object.entries(kind.special(largest + 1)).map(([content, id]) => specialToken(content, id));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: kind.pattern }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: kind.prefix === undefined ? null : prefixTemplate(kind.prefix, added),
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: "BPE", vocab: Object.fromEntries(ranks), merges: mergesOf(ranks), ignore_merges: true },
  };
}

function specialToken(content: string, id: number): AddedToken {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

function prefixTemplate(name: string, added: readonly AddedToken[]): TokenizerFile["post_processor"] {
  const id = added.find(({ content }) => content === name)?.id;
  const special = { SpecialToken: { id: name, type_id: 0 } };
  const sequence = (letter: string, type: number) => ({ Sequence: { id: letter, type_id: type } });
  return {
    type: "TemplateProcessing",
    single: [special, sequence("A", 0)],
    pair: [special, sequence("A", 0), { SpecialToken: { id: name, type_id: 1 } }, sequence("B", 1)],
    special_tokens: { [name]: { id: name, ids: [id], tokens: [name] } },
  };
}

/** Entries in byte characters and their ranks, by rank. */
function parseRanks(text: string, file: string): Map<string, number> {
  const ranks: [string, number][] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [, base64, rank] = /^([A-Za-z0-9+/]+=*) (\d{1,8})\r?$/.exec(line) ?? [];
    if (base64 === undefined || base64.length % 4 !== 0) {
      throw new TokenizerError(
        `Cannot load ${file} as its line ${index + 1} must be a token in base64 and its rank: ` +
          `current value is ${JSON.stringify(line.slice(0, 40))}`,
      );
    }
    ranks.push([atob(base64).replace(/[^]/g, (byte) => byteCharacters[byte.charCodeAt(0)] ?? ""), Number(rank)]);
  }
  ranks.sort(([, a], [, b]) => a - b);
  const byEntry = new Map(ranks);
  const missing = byteCharacters.findIndex((character) => !byEntry.has(character));
  if (missing >= 0) throw new TokenizerError(`Cannot load ${file} as byte ${missing} has no token in it`);
  return byEntry;
}

/**
 * The pair that every entry is merged from. The rank of a pair is that of the entry it makes, so with smaller ranks
 * alone an entry ends up as its pair; one that does not is never merged, and only taken when it is a whole piece of
 * text.
 */
function mergesOf(ranks: ReadonlyMap<string, number>): [string, string][] {
  const merges: [string, string][] = [];
  for (const [entry, rank] of ranks) {
    if (entry.length < 2) continue;
    const [left, right, more] = mergeBelow(rank, entry, ranks);
    if (left !== undefined && right !== undefined && more === undefined) merges.push([left, right]);
  }
  return merges;
}

/** Merges the bytes of an entry by pairs of a smaller rank, the smallest first and of equal ones the leftmost. */
function mergeBelow(limit: number, entry: string, ranks: ReadonlyMap<string, number>): string[] {
  const parts = [...entry];
  for (;;) {
    let best = -1;
    let bestRank = limit;
    for (let index = 0; index + 1 < parts.length; index++) {
      const rank = ranks.get((parts[index] ?? "") + (parts[index + 1] ?? "")) ?? Infinity;
      if (rank >= bestRank) continue;
      best = index;
      bestRank = rank;
    }
    if (best < 0) return parts;
    parts.splice(best, 2, (parts[best] ?? "") + (parts[best + 1] ?? ""));
  }
}
