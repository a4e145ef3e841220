/**
 * A Llama-3-like decoder whose feed-forward networks have dense and sparse steps, forward and backward.
 *
 * @module
 */
export * from "./allocate_transformer.ts";
export * from "./cluster_transformer.ts";
export * from "./create_transformer.ts";
export * from "./decode.ts";
export * from "./dispose_transformer.ts";
export * from "./evaluate_loss.ts";
export * from "./forward_backward.ts";
export * from "./initial_values.ts";
export * from "./key_value_cache.ts";
export * from "./layer_activations.ts";
export * from "./log_likelihoods.ts";
export * from "./logits.ts";
export * from "./pack_transformer.ts";
export * from "./parameter_count.ts";
export * from "./prefill.ts";
export * from "./set_step.ts";
export * from "./step_statistics.ts";
export * from "./token_batch.ts";
export * from "./transformer.ts";
export * from "./transformer_config.ts";
export * from "./transformer_parameters.ts";
export * from "./transformer_state.ts";
