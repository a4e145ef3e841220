/**
 * How a run is shown: numbers as text, smoothing and range, for reports and pages alike. It reads no file.
 *
 * @module
 */
export * from "./describe_learning_rate.ts";
export * from "./describe_sparsity.ts";
export * from "./format.ts";
export * from "./later_range.ts";
export * from "./score_table.ts";
export * from "./smooth_losses.ts";
export * from "./train_loss.ts";
