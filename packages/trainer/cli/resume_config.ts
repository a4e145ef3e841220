import { applyConfig, presetConfig, type RunConfig, UsageError } from "@beyond24/run";
import { join } from "@std/path";
import { parseAssignments } from "../config/parse_assignments.ts";
import { readConfigFile } from "../config/read_config_file.ts";
import { resumableKeys } from "../run/_check_resumable.ts";
import { flagValues } from "./config_options.ts";
import type { TrainOptions } from "./train_command.ts";

const forbidden = ["preset", "config", "seed", "baseline", "out", "overwrite"] as const;

/** The configuration of a run that goes on: its own, with the few values that do not change its numbers. */
export async function resumeConfig(folder: string, options: TrainOptions): Promise<RunConfig> {
  for (const name of forbidden) {
    if (options[name] === undefined) continue;
    throw new UsageError(`Cannot use --${name} with --resume as a run goes on with its own configuration`);
  }
  const path = join(folder, "config.json");
  await Deno.stat(path).catch(() => {
    throw new UsageError(`Cannot resume ${folder} as it holds no run: ${path} does not exist`);
  });
  const { preset, ...values } = await readConfigFile(path);
  const overrides = { ...flagValues(options), ...parseAssignments(options.set ?? []) };
  const config = applyConfig(presetConfig(String(preset)), values, path);
  const changed = applyConfig(config, overrides, "--set");
  for (const key of Object.keys(overrides)) {
    if (resumableKeys.includes(key)) continue;
    throw new UsageError(`Cannot change ${key} with --resume as only ${resumableKeys.join(", ")} may change`);
  }
  return changed;
}
