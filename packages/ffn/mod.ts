/**
 * The feed-forward network with squared ReLU, dense and sparse in all six products, forward and backward.
 *
 * @module
 */
export * from "./cluster_feed_forward.ts";
export * from "./create_feed_forward.ts";
export * from "./dense_feed_forward.ts";
export * from "./dispose_feed_forward.ts";
export * from "./feed_forward.ts";
export * from "./feed_forward_sparsity.ts";
export * from "./freeze_scales.ts";
export * from "./pack_feed_forward.ts";
export * from "./pack_weights.ts";
export * from "./permute_neurons.ts";
export * from "./refresh_feed_forward.ts";
export * from "./sparse_feed_forward.ts";
export * from "./weight_packs.ts";
