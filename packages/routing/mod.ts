/**
 * Neuron-level routing: clusters of neurons of equal size, cosine routing of tokens to clusters, and stable grouping of
 * tokens by cluster with padding. It is what turns hidden activations into the V:N:M format.
 *
 * ```ts
 * import { clusterNeurons, groupTokens, routeTokens } from "@beyond24/routing";
 *
 * const shape = { neurons: 64, features: 8, experts: 4 };
 * const weights = Float32Array.from({ length: 64 * 8 }, (_, i) => Math.sin(i));
 * const { means } = clusterNeurons(weights, { ...shape, seed: 1 });
 * const x = Float32Array.from({ length: 10 * 8 }, (_, i) => Math.cos(i));
 * const expertOfToken = routeTokens(x, means, { ...shape, tokens: 10 });
 * groupTokens(expertOfToken, { experts: 4, align: 16 }); // { order, offsets }
 * ```
 *
 * @module
 */
export * from "./cluster_neurons.ts";
export * from "./expert_means.ts";
export * from "./group_tokens.ts";
export * from "./permute_rows.ts";
export * from "./route_tokens.ts";
export * from "./seeded_random.ts";
