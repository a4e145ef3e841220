/**
 * Text for training: files and folders become one stream of tokens with a held-out tail, and a loader draws the same
 * batches from the same seed, also after a resume, from a state of four values.
 *
 * @module
 */
export { ByteTokenizer, type Tokenizer } from "@beyond24/tokenizer";
export * from "./batch.ts";
export * from "./bits_per_byte.ts";
export * from "./corpus.ts";
export * from "./corpus_digest.ts";
export * from "./data_error.ts";
export * from "./load_corpus.ts";
export * from "./permute_index.ts";
export * from "./repository_corpus.ts";
export * from "./sequence_loader.ts";
export { type SequencePlace } from "./sequence_order.ts";
export * from "./split_corpus.ts";
export * from "./text_extensions.ts";
export * from "./tokens/memory_tokens.ts";
export * from "./tokens/open_tokens.ts";
export * from "./tokens/token_index.ts";
export * from "./tokens/token_mixture.ts";
export * from "./tokens/token_source.ts";
export * from "./validation_batches.ts";
