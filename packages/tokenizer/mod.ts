/**
 * Text to tokens and back, byte-level: the tokenizers of Hugging Face's `tokenizer.json`, of tiktoken files, and bytes;
 * and training of a new one.
 *
 * @module
 */
export * from "./byte_tokenizer.ts";
export * from "./decode_stream.ts";
export * from "./encode_parts.ts";
export * from "./encoder.ts";
export * from "./encoder_data.ts";
export * from "./load_tokenizer.ts";
export * from "./tokenizer.ts";
export * from "./tokenizer_error.ts";
export * from "./tokenizer_file.ts";
export * from "./tokenizer_files.ts";
export * from "./train_tokenizer.ts";
