import { applyConfig } from "./apply_config.ts";
import { configFields } from "./config_fields.ts";
import type { ConfigValues } from "./flatten_config.ts";
import { presetConfig } from "./preset_config.ts";
import type { RunConfig } from "./run_config.ts";

/**
 * What runs from before a key existed did, by dotted key, where that is not what its default says.
 *
 * @example Look up what runs did before they recorded how sequences are shuffled
 * ```ts
 * import { formerValues } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formerValues["data.shuffle"], "feistel");
 * ```
 */
export const formerValues: ConfigValues = Object.fromEntries(
  [...configFields].flatMap(([key, { formerly }]) => formerly === undefined ? [] : [[key, formerly]]),
);

/**
 * The configuration that a run has recorded; where it has no such key, that of {@linkcode formerValues} or of its
 * preset.
 *
 * @param values What its `config.json` holds, by dotted key
 * @param source Name of the file, for messages
 * @returns Every value
 * @throws {UsageError} If a key is unknown or has a value that it does not take
 *
 * @example A run without the key of the order of sequences
 * ```ts
 * import { flattenConfig, presetConfig, recordedConfig } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const { "data.shuffle": _, ...older } = flattenConfig(presetConfig("tiny"), "config.json");
 * assertEquals(recordedConfig(older, "config.json").data.shuffle, "feistel");
 * ```
 */
export function recordedConfig(values: ConfigValues, source: string): RunConfig {
  const { preset, ...recorded } = values;
  return applyConfig(presetConfig(String(preset)), { ...formerValues, ...recorded }, source);
}
