import { tileNeurons } from "./_tile_neurons.ts";
import { type PlanRouting, planRouting } from "./plan_routing.ts";
import type { SparsityPlanName } from "./sparsity_plans.ts";
import { type TrainingPreset, withPlan } from "./training_presets.ts";
import { venomExperts, type VenomFormat } from "./venom_format.ts";

/**
 * How a preset routes with a plan and another number of neurons. It keeps the clusters that it has, where these cut the
 * neurons into whole groups of four, and into whole tiles if they did so before; else it takes what the plan wants at
 * their work, and where that does not cut them, at the work of other plans.
 *
 * @param preset The preset
 * @param plan The plan
 * @param neurons F, instead of that of the preset
 * @returns Clusters of the plan, and who chooses them
 *
 * @example `small` with half of the neurons, `llama-125m` with two thirds
 * ```ts
 * import { routingFor, trainingPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const clusters = (preset: keyof typeof trainingPresets, neurons: number) => {
 *   const { venom, expertsPerToken } = routingFor(trainingPresets[preset], "beyond", neurons);
 *   return [venom.m / 4, expertsPerToken];
 * };
 * assertEquals(clusters("small", 1024), [32, 4]);
 * assertEquals(clusters("llama-125m", 2048), [16, 4]); // 24 clusters do not divide them
 * assertEquals(clusters("llama-1b", 1024), [8, 1]); // clusters of whole tiles of 128
 * ```
 */
export function routingFor(preset: TrainingPreset, plan: SparsityPlanName, neurons: number): PlanRouting {
  const { routing, paperVenom, model } = withPlan(preset, plan);
  const { venom, expertsPerToken } = routing;
  const inTiles = (count: number) => width(venom, count) % tileNeurons === 0;
  if (neurons % venom.m === 0 && (inTiles(neurons) || !inTiles(model.dFfn))) return routing;
  const finer = planRouting(plan, { ...venom, m: venom.m / expertsPerToken }, neurons);
  const { venom: cut, expertsPerToken: visited } = neurons % finer.venom.m === 0
    ? finer
    : planRouting(plan, paperVenom, neurons);
  return { ...routing, venom: cut, expertsPerToken: visited };
}

/** Neurons of a cluster. */
function width(venom: VenomFormat, neurons: number): number {
  return neurons / venomExperts(venom);
}
