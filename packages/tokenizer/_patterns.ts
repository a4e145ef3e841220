/**
 * The pieces of GPT-2: contractions, words with the space before them, runs of digits, of other signs, of white space.
 */
export const gpt2Pattern = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** The pieces of cl100k and Llama 3: as GPT-2's, but at most three digits, and ends of lines stay together. */
export const llama3Pattern = String
  .raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** The pieces of Qwen 2: as Llama 3's, but single digits. */
const qwen2Pattern = llama3Pattern.replace("{1,3}", "");

/** The pieces of o200k: words are cut where small letters turn to capital ones. */
export const o200kPattern = [
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?`,
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?`,
  String.raw`\p{N}{1,3}`,
  String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*`,
  String.raw`\s*[\r\n]+`,
  String.raw`\s+(?!\S)`,
  String.raw`\s+`,
].join("|");

/**
 * Patterns that always begin a piece where white space follows a letter, and that never look back: a text may be cut
 * there and its parts encoded one after the other.
 */
export const cuttablePatterns: ReadonlySet<string> = new Set([
  gpt2Pattern,
  llama3Pattern,
  qwen2Pattern,
  o200kPattern,
]);
