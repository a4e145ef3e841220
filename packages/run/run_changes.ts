import { firstDifference, recipeSteps } from "@beyond24/recipe";
import { configFields } from "./config/config_fields.ts";
import { flattenConfig } from "./config/flatten_config.ts";
import { presetConfig } from "./config/preset_config.ts";
import { formerValues } from "./config/recorded_config.ts";
import type { RunConfig } from "./config/run_config.ts";
import { UsageError } from "./usage_error.ts";

/** Something that a run went on with and had not begun with. Kept in its checkpoints and its summary. */
export interface RunChange {
  /** Steps done before. */
  readonly step: number;
  /** A key of the configuration, or `device` for another device or number of processes. */
  readonly key: string;
  /** What it was. */
  readonly before: unknown;
  /** What it is from there on. */
  readonly after: unknown;
}

/**
 * What differs between the configuration that a run goes on with and the one of its checkpoint, as far as it changes
 * numbers.
 *
 * @param before Configuration of the checkpoint
 * @param after Configuration to go on with
 * @param step Steps done
 * @returns The changes
 * @throws {UsageError} If a run keeps a value that differs, or steps that are done would have run in another phase
 *
 * @example Lower the learning rate
 * ```ts
 * import { applyConfig, configChanges, presetConfig } from "@beyond24/run";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const before = presetConfig("tiny");
 * const after = applyConfig(before, { "optimizer.learningRate": 1e-3, "train.readEvery": 4 }, "--set");
 * const [change] = configChanges(before, after, 20);
 * assertEquals([change?.key, change?.after], ["optimizer.learningRate", 1e-3]);
 * assertThrows(() => configChanges(before, applyConfig(before, { "train.seed": 9 }, "--set"), 20), Error, "train.seed");
 * ```
 */
export function configChanges(before: RunConfig, after: RunConfig, step: number): RunChange[] {
  const total = recipeSteps(after.recipe);
  if (total < step) {
    throw new UsageError(
      `Cannot resume with ${total} steps as ${step} are done: choose train.steps of at least ${step}`,
    );
  }
  const difference = firstDifference(before.recipe, after.recipe);
  if (difference < step) {
    throw new UsageError(
      `Cannot resume with another recipe as the first ${step} steps are done and must stay as they were: ` +
        `it differs from step ${difference + 1} on`,
    );
  }
  // A key that is younger than the checkpoint had its former value, or its default.
  const old = {
    ...flattenConfig(presetConfig(after.preset), after.preset),
    ...formerValues,
    ...flattenConfig(before, "the checkpoint"),
  };
  return Object.entries(flattenConfig(after, "the configuration")).flatMap(([key, value]) => {
    const resume = configFields.get(key)?.resume;
    if (resume === "free" || resume === "once" || JSON.stringify(value) === JSON.stringify(old[key])) return [];
    if (resume === "recorded") return [{ step, key, before: old[key], after: value }];
    throw new UsageError(
      `Cannot resume as a run keeps its ${key}, which was ${JSON.stringify(old[key])}: ` +
        `current value is ${JSON.stringify(value)}; begin a new run, with --init-from from these weights`,
    );
  });
}
