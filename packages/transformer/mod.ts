/**
 * A Llama-3-like decoder whose feed-forward networks have dense and sparse steps, forward and backward.
 *
 * @module
 */
export * from "./cluster_transformer.ts";
export * from "./create_transformer.ts";
export * from "./dispose_transformer.ts";
export * from "./evaluate_loss.ts";
export * from "./forward_backward.ts";
export * from "./logits.ts";
export * from "./parameter_count.ts";
export * from "./read_step_statistics.ts";
export * from "./read_transformer_state.ts";
export * from "./start_sparse.ts";
export * from "./statistics_tensors.ts";
export * from "./transformer.ts";
export * from "./transformer_config.ts";
export * from "./transformer_parameters.ts";
export * from "./update_sparse.ts";
export * from "./write_transformer_state.ts";
