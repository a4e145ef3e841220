/**
 * A Llama-3-like decoder whose feed-forward networks have dense and sparse steps, forward and backward.
 *
 * @module
 */
export * from "./checkpoint_state.ts";
export * from "./cluster_transformer.ts";
export * from "./create_transformer.ts";
export * from "./evaluate_loss.ts";
export * from "./forward_backward.ts";
export * from "./logits.ts";
export * from "./start_sparse.ts";
export * from "./step_statistics.ts";
export * from "./transformer.ts";
export * from "./transformer_config.ts";
export * from "./transformer_parameters.ts";
