import { recipeSteps } from "@beyond24/recipe";
import { checkTransformerConfig } from "@beyond24/transformer";
import { UsageError } from "../usage_error.ts";
import { checkExperts } from "./_check_experts.ts";
import { presetConfig } from "./preset_config.ts";
import type { RunConfig } from "./run_config.ts";
import { hasSparseSteps, transformerConfig } from "./transformer_config.ts";

/**
 * Checks the rules between the values of a configuration: sizes that divide each other, phases that add up.
 *
 * @param config A configuration whose single values are right
 * @throws {UsageError} If a rule is broken
 *
 * @example Refuse neurons that cannot be split into groups of four for every expert
 * ```ts
 * import { applyConfig, checkConfig, presetConfig } from "@beyond24/run";
 * import { assertThrows } from "@std/assert";
 *
 * const config = applyConfig(presetConfig("tiny"), { "model.dFfn": 100 }, "--set");
 * assertThrows(() => checkConfig(config), Error, "dFfn");
 * ```
 */
export function checkConfig(config: RunConfig): void {
  const { train, optimizer, recipe, device } = config;
  if (device.dtype !== "f32" && device.name !== "webgpu" && device.name !== "auto") {
    refuse(`device.dtype must be f32 on device ${device.name} (f16 is for webgpu)`, device.dtype);
  }
  const sum = recipeSteps(recipe);
  if (sum !== train.steps) refuse(`train.steps must be the sum of the recipe's phases, ${sum}`, train.steps);
  if (optimizer.warmupSteps > train.steps) {
    throw new UsageError(
      `Cannot use optimizer.warmupSteps=${optimizer.warmupSteps} with ${train.steps} steps as the learning rate would ` +
        `not reach its peak: choose optimizer.warmupSteps=${train.steps} or fewer, or more steps`,
    );
  }
  if (hasSparseSteps(config)) {
    checkDenseLayers(config);
    checkExperts(config);
  }
  try {
    checkTransformerConfig(transformerConfig(config));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

/** Where all layers stayed dense, sparse steps would be dense steps under another name. */
function checkDenseLayers({ preset, model: { layers }, sparsity: { plan, denseLayers } }: RunConfig): void {
  if (denseLayers < layers) return;
  const isOfPreset = denseLayers === presetConfig(preset, plan).sparsity.denseLayers;
  const named = `sparsity.denseLayers=${denseLayers}${isOfPreset ? ` (of preset ${preset})` : ""}`;
  throw new UsageError(
    `Cannot use ${named} with model.layers=${layers} as no layer would be sparse in sparse steps: choose ` +
      `sparsity.denseLayers=${layers - 1}${layers > 1 ? " or fewer" : ""}, or model.layers=${denseLayers + 1} or ` +
      "more, or a recipe without sparse steps",
  );
}

function refuse(rule: string, value: unknown): never {
  throw new UsageError(`Cannot use configuration as ${rule}: current value is ${value}`);
}
