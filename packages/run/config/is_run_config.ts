import { acceptsValue } from "./config_field.ts";
import { configFields } from "./config_fields.ts";
import { flattenConfig } from "./flatten_config.ts";
import type { RunConfig } from "./run_config.ts";

/**
 * Whether a value, such as the contents of a `config.json`, is a whole configuration: every key with a value that it
 * takes, and nothing else. Rules between keys are in {@linkcode checkConfig}.
 *
 * @param value Any value
 * @returns True if it is
 *
 * @example Check
 * ```ts
 * import { isRunConfig, presetConfig } from "@beyond24/run";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(isRunConfig(presetConfig("tiny")));
 * assertFalse(isRunConfig({ preset: "tiny" }));
 * ```
 */
export function isRunConfig(value: unknown): value is RunConfig {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const values = new Map(Object.entries(flattenConfig(value, "the configuration")));
  return values.size === configFields.size &&
    configFields.entries().every(([key, field]) => acceptsValue(field, values.get(key)));
}
