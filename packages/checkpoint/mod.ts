/**
 * Checkpoints that survive a crash: written aside, synced, renamed, each file with its checksum; loading takes the
 * newest whole one and names those that are not.
 *
 * @module
 */
export * from "./checkpoint.ts";
export * from "./checkpoint_error.ts";
export * from "./find_foreign.ts";
export * from "./list_checkpoints.ts";
export * from "./load_checkpoint.ts";
export * from "./load_newest_checkpoint.ts";
export * from "./load_newest_config.ts";
export * from "./recover_checkpoints.ts";
export * from "./save_checkpoint.ts";
export { type Agree, type CheckpointParts, saveCheckpointParts } from "./save_checkpoint_parts.ts";
export * from "./tensor_file.ts";
