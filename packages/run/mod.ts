/**
 * What a run is on the disk: its folder, its configuration as stored, rows of metrics, the summary. The trainer writes
 * it; reports and pages read it.
 *
 * @module
 */
export * from "./config/apply_config.ts";
export * from "./config/check_config.ts";
export * from "./config/config_field.ts";
export * from "./config/config_fields.ts";
export * from "./config/config_table.ts";
export * from "./config/did_you_mean.ts";
export * from "./config/flatten_config.ts";
export * from "./config/is_run_config.ts";
export * from "./config/keys/data.ts";
export * from "./config/keys/device.ts";
export * from "./config/keys/evaluation.ts";
export * from "./config/keys/log.ts";
export * from "./config/keys/model.ts";
export * from "./config/keys/optimizer.ts";
export * from "./config/keys/sparsity.ts";
export * from "./config/keys/train.ts";
export * from "./config/older_keys.ts";
export * from "./config/preset_config.ts";
export * from "./config/recorded_config.ts";
export * from "./config/run_config.ts";
export * from "./config/transformer_config.ts";
export * from "./config/unflatten_config.ts";
export * from "./clear_run_folder.ts";
export * from "./create_run_folder.ts";
export * from "./evaluation_name.ts";
export * from "./find_checkpoint.ts";
export * from "./load_run_tokenizer.ts";
export * from "./lock_run_folder.ts";
export * from "./metrics_log.ts";
export * from "./read_metrics.ts";
export * from "./read_run.ts";
export * from "./run_changes.ts";
export * from "./run_config_file.ts";
export * from "./run_folder.ts";
export * from "./run_history.ts";
export * from "./run_summary.ts";
export * from "./score_row.ts";
export * from "./step_metrics.ts";
export * from "./summarize_baseline.ts";
export * from "./summarize_model.ts";
export * from "./usage_error.ts";
export * from "./view/mod.ts";
