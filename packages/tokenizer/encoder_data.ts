import type { TokenizerFile } from "./tokenizer_file.ts";

/** An encoder as data that can be sent to another thread; its tables are in memory that threads share. */
export type EncoderData = { readonly kind: "bytes" } | BytePairEncoderData;

/** All that byte-pair encoding needs. */
export interface BytePairEncoderData {
  /** Says what it is. */
  readonly kind: "byte pairs";
  /** What is done to a text before its pieces are merged. */
  readonly steps: Pick<TokenizerFile, "normalizer" | "pre_tokenizer" | "added_tokens">;
  /** The merges. */
  readonly merges: MergeTableData;
  /** Entries of the vocabulary that are taken whole, without merging. */
  readonly wholes: ReadonlyMap<string, number>;
}

/**
 * The merges of a model by pair of tokens: a hash table in typed arrays, a fifth of a `Map`'s memory, which threads can
 * share.
 */
export interface MergeTableData {
  /** Token of every byte; -1 where the vocabulary has none. */
  readonly byteTokens: Int32Array;
  /**
   * Four numbers a slot, a power of two of slots: left token, right token, rank, merged token. A left token of -1 says
   * that the slot is empty. A pair is in the first slot from its own one on that was free.
   */
  readonly slots: Int32Array;
}
