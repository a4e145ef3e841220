import { ByteTokenizer, loadTokenizer, type Tokenizer, trainTokenizer } from "@beyond24/tokenizer";

/** Bytes, or a byte-level BPE of so many tokens. */
export type VocabularySize = 256 | 512 | 1024;

/** What a person chooses among: the more tokens, the more text there is in a sequence. */
export const vocabularyChoices: readonly VocabularySize[] = [256, 512, 1024];

/** The tokenizer of a text: bytes, or a BPE that is learned from it. */
export async function liveTokenizer(text: string, vocabularySize: VocabularySize): Promise<Tokenizer> {
  if (vocabularySize === 256) return new ByteTokenizer();
  return await loadTokenizer(await trainTokenizer([text], { vocabularySize, special: [] }));
}
