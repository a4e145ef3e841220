import { configFields } from "./config_fields.ts";
import type { ConfigValues } from "./flatten_config.ts";
import { isRunConfig } from "./is_run_config.ts";
import type { RunConfig } from "./run_config.ts";

/**
 * Turns dotted keys into sections: `{ "train.steps": 200, … }` into `{ train: { steps: 200, … }, … }`.
 *
 * @param values A value for every key
 * @returns The configuration, keys in the order of {@linkcode configTable}
 * @throws {TypeError} If a key is missing, unknown or has a value that it does not take
 *
 * @example There and back
 * ```ts
 * import { flattenConfig, presetConfig, unflattenConfig } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const config = presetConfig("tiny");
 * assertEquals(unflattenConfig(flattenConfig(config, "tiny")), config);
 * ```
 */
export function unflattenConfig(values: ConfigValues): RunConfig {
  const config: Record<string, unknown> = {};
  for (const key of new Set([...configFields.keys(), ...Object.keys(values)])) {
    const [section = "", name] = key.split(".");
    const value = structuredClone(values[key]);
    if (name === undefined) config[section] = value;
    else config[section] = { ...config[section] ?? {}, [name]: value };
  }
  if (isRunConfig(config)) return config;
  throw new TypeError("Cannot make a configuration as every key must have a value that it takes");
}
