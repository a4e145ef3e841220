/**
 * The feed-forward network with squared ReLU, dense and sparse in all six products, forward and backward.
 *
 * @module
 */
export * from "./cluster_feed_forward.ts";
export * from "./cluster_votes.ts";
export * from "./feed_forward.ts";
export * from "./feed_forward_sparsity.ts";
export * from "./packed_weights.ts";
export type { CosineRouter, EnergyRouter, FeedForwardRouter, ProbeRouter } from "./router.ts";
export * from "./run_feed_forward.ts";
export { type TokenRouter, writeChoices } from "./token_router.ts";
