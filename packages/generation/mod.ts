/**
 * Text from a model: tokens of several sequences a step from a cache of keys and values, how each is drawn, what it is
 * likely to be, and where a text stops. It knows no files, no console and no network.
 *
 * @module
 */
export { seededRandom } from "@beyond24/routing";
export * from "./batch_decoder.ts";
export * from "./log_probabilities.ts";
export * from "./sample_token.ts";
export * from "./sample_tokens.ts";
export { ScoreError } from "./score_error.ts";
export * from "./stop_search.ts";
