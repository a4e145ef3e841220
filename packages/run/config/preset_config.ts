import { type PresetName, trainingPresets } from "@beyond24/recipe";
import { UsageError } from "../usage_error.ts";
import { didYouMean } from "./_did_you_mean.ts";
import type { RunConfig } from "./run_config.ts";

/**
 * The whole configuration of a preset.
 *
 * @param name `tiny`, `small`, `llama-1b` or `llama-7b`
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
export function presetConfig(name: string): RunConfig {
  const names = Object.keys(trainingPresets);
  if (!isPreset(name)) {
    throw new UsageError(
      `Cannot find preset as it must be one of ${names.join(", ")}: current value is ${name}${didYouMean(name, names)}`,
    );
  }
  const { model, recipe, schedule, batchSize, venom, plan } = trainingPresets[name];
  return {
    preset: name,
    device: { name: "auto", threads: 0, blas: "auto", dtype: "f32", profile: false },
    model: { ...model, ropeTheta: 500_000, normEpsilon: 1e-5 },
    recipe,
    data: { paths: [], validationFraction: 0.05 },
    train: {
      steps: schedule.totalSteps,
      batchSize,
      microBatches: 1,
      seed: 1,
      checkpointEvery: spacing(schedule.totalSteps),
      keepCheckpoints: 2,
      evaluateEvery: spacing(schedule.totalSteps),
      evaluateBatches: 50,
      readEvery: 1,
      baseline: false,
    },
    optimizer: {
      learningRate: schedule.peak,
      finalRatio: schedule.finalRatio,
      warmupSteps: schedule.warmupSteps,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-8,
      weightDecay: 0.1,
      maxGradientNorm: 1,
    },
    sparsity: {
      plan,
      v: venom.v,
      m: venom.m,
      expertsPerToken: 1,
      softThresholdScale: "none",
      switchScale: "none",
      clusterIterations: 20,
      reclusterEvery: 0,
    },
  };
}

/**
 * Steps between two validations, and between two checkpoints: about ten of them in a run, but one at least every 1000 steps.
 * A validation of 50 batches takes as long as 17 dense steps; every 100 steps it would be a sixth of the run.
 */
function spacing(steps: number): number {
  return Math.min(1000, Math.max(100, 100 * Math.round(steps / 1000)));
}

function isPreset(name: string): name is PresetName {
  return Object.hasOwn(trainingPresets, name);
}
