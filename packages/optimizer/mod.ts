/**
 * AdamW with decoupled weight decay and clipping by the global norm, on the device.
 *
 * @module
 */
export * from "./adam_w.ts";
export * from "./adam_w_options.ts";
export type * from "./adam_w_state.ts";
