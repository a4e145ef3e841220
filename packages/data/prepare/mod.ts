/**
 * Documents to tokens on the disk: files of text, JSON lines, JSON and Parquet are read as streams, encoded in threads,
 * and written as shards with an index.
 *
 * @module
 */
export * from "./document_texts.ts";
export * from "./folder_in_use_error.ts";
export * from "./prepare_options.ts";
export * from "./prepare_tokens.ts";
