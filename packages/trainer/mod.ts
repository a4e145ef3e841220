/**
 * Training runs as functions, and the command line over them. `trainRun` trains a model and leaves configuration,
 * metrics, checkpoints and summary in a folder; it knows no console, so that a page or a notebook can use it too.
 *
 * @module
 */
export * from "./config/parse_assignments.ts";
export * from "./config/read_config_file.ts";
export * from "./config/resolve_config.ts";
export * from "./device/open_device.ts";
export * from "./non_finite_error.ts";
export * from "./run/run_observer.ts";
export * from "./run/train_run.ts";
export * from "./plan/run_plan.ts";
export * from "./sample/load_model.ts";
export * from "./report/write_report.ts";
