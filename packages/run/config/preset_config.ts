import { type SparsityPlanName, type TrainingPreset, withPlan } from "@beyond24/recipe";
import { presetOf } from "./_preset_of.ts";
import type { ConfigField } from "./config_field.ts";
import { configFields } from "./config_fields.ts";
import type { RunConfig } from "./run_config.ts";
import { unflattenConfig } from "./unflatten_config.ts";

/**
 * The whole configuration of a preset.
 *
 * @param name `tiny`, `small`, `llama-125m`, `llama-350m`, `llama-1b` or `llama-7b`
 * @param plan Sparsity plan in place of the preset's; its clusters, its router and its dense layers follow from it.
 * Default: the preset's
 * @returns Every value
 * @throws {UsageError} If there is no such preset
 *
 * @example Look up the steps of a preset
 * ```ts
 * import { presetConfig } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const { train, recipe } = presetConfig("tiny");
 * assertEquals(train.steps, recipe.reduce((sum, { steps }) => sum + steps, 0));
 * ```
 */
export function presetConfig(name: string, plan?: SparsityPlanName): RunConfig {
  const preset = withPlan(presetOf(name), plan);
  const defaults = configFields.entries().map(([key, field]) => [key, defaultValue(field, preset)]);
  return unflattenConfig({ ...Object.fromEntries(defaults), preset: name });
}

/**
 * The value of a key unless it is set.
 *
 * @param field The key
 * @param preset The preset that the run begins with
 * @returns The value
 *
 * @example The peak of the learning rate
 * ```ts
 * import { configField, defaultValue } from "@beyond24/run";
 * import { trainingPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultValue(configField("optimizer.learningRate"), trainingPresets["llama-1b"]), 3e-4);
 * ```
 */
export function defaultValue(field: ConfigField, preset: TrainingPreset): unknown {
  return typeof field.default === "function" ? field.default(preset) : field.default;
}
