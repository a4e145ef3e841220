import type { RunConfig } from "../config/run_config.ts";

/**
 * The learning rate of a run over its steps, in words.
 *
 * @param optimizer Its keys of the optimizer
 * @returns Such as `0.0006, a linear decay to 0.1 of it over the last 0.2 of the steps`
 *
 * @example A rate that stays at its peak until the last fifth
 * ```ts
 * import { describeLearningRate, presetConfig } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describeLearningRate(presetConfig("tiny").optimizer), "0.003, a cosine decay to 0.1 of it");
 * assertEquals(
 *   describeLearningRate(presetConfig("llama-125m").optimizer),
 *   "0.0006, a linear decay to 0.1 of it over the last 0.2 of the steps",
 * );
 * ```
 */
export function describeLearningRate({ learningRate, finalRatio, decay, decayRatio }: RunConfig["optimizer"]): string {
  const last = decayRatio === 1 ? "" : ` over the last ${decayRatio} of the steps`;
  return `${learningRate}, a ${decay} decay to ${finalRatio} of it${last}`;
}
