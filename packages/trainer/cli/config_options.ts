import type { ConfigValues } from "@beyond24/run";
import type { Command } from "commander";
import type { ConfigSources } from "../config/resolve_config.ts";

/** What the flags of a configuration parse to. */
export interface ConfigOptions {
  readonly preset?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly data?: readonly string[];
  readonly seed?: string;
  readonly device?: string;
  readonly blas?: string;
  readonly baseline?: boolean;
  readonly profile?: boolean;
}

/** Adds the flags that choose a configuration. */
export function addConfigOptions(command: Command): Command {
  return command
    .option("--preset <name>", "tiny, small, llama-1b or llama-7b (default: tiny)")
    .option("--config <file>", "JSON file over the preset")
    .option("--set <key=value...>", "single values over everything else, such as train.steps=200");
}

/** The sources of a configuration that the flags name. Values are checked when they are applied. */
export function configSources(options: ConfigOptions): ConfigSources {
  return {
    ...(options.preset === undefined ? {} : { preset: options.preset }),
    ...(options.config === undefined ? {} : { file: options.config }),
    flags: flagValues(options),
    assignments: options.set ?? [],
  };
}

/** The values of single flags by dotted key. */
export function flagValues({ data, seed, device, blas, baseline, profile }: ConfigOptions): ConfigValues {
  return {
    ...(data === undefined ? {} : { "data.paths": data }),
    ...(seed === undefined ? {} : { "train.seed": seed.trim() === "" ? seed : Number(seed) }),
    ...(device === undefined ? {} : { "device.name": device }),
    ...(blas === undefined ? {} : { "device.blas": blas }),
    ...(baseline === undefined ? {} : { "train.baseline": baseline }),
    ...(profile === undefined ? {} : { "device.profile": profile }),
  };
}
