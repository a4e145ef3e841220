/**
 * Models to Hugging Face and back: a checkpoint as `ArceeForCausalLM`, which `transformers`, vLLM, SGLang and llama.cpp
 * read as it is; and models of that kind, or the attention of Llama models, as weights of a checkpoint.
 *
 * @module
 */
export * from "./config_file.ts";
export * from "./export_hugging_face.ts";
export * from "./hub_error.ts";
export * from "./import_hugging_face.ts";
export * from "./weight_table.ts";
