import { shown } from "@beyond24/disk/json";
import { type Phase, recipeSteps, scaleRecipe } from "@beyond24/recipe";
import { UsageError } from "../usage_error.ts";
import { acceptsValue, describeValues } from "./config_field.ts";
import { configField } from "./config_fields.ts";
import { type ConfigValues, flattenConfig } from "./flatten_config.ts";
import { currentValues } from "./older_keys.ts";
import type { RunConfig } from "./run_config.ts";
import { unflattenConfig } from "./unflatten_config.ts";
import { withPlansOwn } from "./_with_plans_own.ts";

/**
 * Puts values over a configuration.
 *
 * With another `sparsity.plan` what belongs to a plan becomes what it is in the preset: the router, what is clustered
 * by, the dense layers, and the clusters, which follow `model.dFfn` as well. What is set here stays, and what was set
 * before; a value that is the preset's counts as not set. Clusters that were set before become those that the plan
 * wants at their work. `train.steps` without `recipe` shortens or lengthens the recipe and the warm-up of the
 * learning rate in proportion; `recipe` without `train.steps` sets the steps.
 *
 * @param config The configuration below
 * @param given Values by dotted key; keys of older configurations are understood
 * @param source Where the values come from, for messages
 * @returns A new configuration
 * @throws {UsageError} If a key is unknown (the message has the nearest valid one) or a value is not accepted
 *
 * @example Set the number of steps
 * ```ts
 * import { applyConfig, presetConfig } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const recipe = [{ phase: "dense", steps: 20 }, { phase: "sparse", steps: 130 }, { phase: "dense", steps: 150 }];
 * const config = applyConfig(presetConfig("tiny"), { recipe }, "a file");
 * const short = applyConfig(config, { "train.steps": 30 }, "--set");
 * assertEquals(short.recipe.map(({ steps }) => steps), [2, 13, 15]);
 * ```
 */
export function applyConfig(config: RunConfig, given: ConfigValues, source: string): RunConfig {
  const values = currentValues(given, config);
  for (const [key, value] of Object.entries(values)) checkValue(key, value, source);
  const after = unflattenConfig({ ...flattenConfig(config, source), ...values });
  return withSteps(config, withPlansOwn(config, after, values), values);
}

/**
 * Checks one value.
 *
 * @throws {UsageError} If the key is unknown (the message has the nearest valid one) or the value is not accepted
 */
function checkValue(key: string, value: unknown, source: string): void {
  const field = configField(key, `set ${key} in ${source}`);
  if (acceptsValue(field, value)) return;
  const current = shown(typeof value === "object" ? JSON.stringify(value) : String(value));
  throw new UsageError(
    `Cannot set ${key} in ${source} as it must be ${describeValues(field)}: current value is ${current}`,
  );
}

/** Brings recipe, steps and warm-up together after some of them were set. */
function withSteps(before: RunConfig, after: RunConfig, values: ConfigValues): RunConfig {
  if ("recipe" in values && !("train.steps" in values)) {
    return { ...after, train: { ...after.train, steps: recipeSteps(after.recipe) } };
  }
  if (!("train.steps" in values) || "recipe" in values) return after;
  const { steps } = after.train;
  const recipe = scaleRecipe(before.recipe, steps).filter((phase: Phase) => phase.steps > 0);
  if ("optimizer.warmupSteps" in values) return { ...after, recipe };
  const warmupSteps = Math.round(before.optimizer.warmupSteps * steps / before.train.steps);
  return { ...after, recipe, optimizer: { ...after.optimizer, warmupSteps } };
}
