/**
 * One model in training on one device: steps, validation, snapshots. It knows no files, no console and no page, so that
 * the command line, a web page and a notebook run the same training.
 *
 * @module
 */
export { seededRandom } from "@beyond24/routing";
export type { HostBatch } from "@beyond24/transformer";
export * from "./restore_model.ts";
export * from "./session_config.ts";
export type { SessionRanks } from "./session_ranks.ts";
export * from "./session_snapshot.ts";
export * from "./step_measurement.ts";
export * from "./tensor_source.ts";
export * from "./training_session.ts";
