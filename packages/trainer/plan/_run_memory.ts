import {
  isRouted,
  packedWeightCount,
  type Precision,
  sparsityPlans,
  type TrainingMemory,
  trainingMemory,
  type TrainingMemoryOptions,
} from "@beyond24/recipe";
import { hasSparseSteps, type RunConfig } from "@beyond24/run";

/** Bytes that a run holds on its device. */
export interface RunMemory extends TrainingMemory {
  /** All of the dense twin, which takes turns with the model; 0 without one. */
  readonly twin: number;
}

/**
 * Bytes of a run on one of its devices, from what that one computes of its configuration, what the device takes for
 * logits, and the number of ranks that share the optimizer.
 */
export function runMemory(
  config: RunConfig,
  precision: Precision,
  options: Pick<TrainingMemoryOptions, "logitsBytes" | "shards"> = {},
): RunMemory {
  const { model, train: { batchSize, baseline, recompute }, sparsity } = config;
  const plan = sparsityPlans[hasSparseSteps(config) ? sparsity.plan : "dense"];
  const packedWeights = packedWeightCount(plan);
  const venom = { v: sparsity.v, n: 2 as const, m: sparsity.m };
  const { expertsPerToken, router, denseLayers } = sparsity;
  const routing = isRouted(plan) ? { routing: { venom, expertsPerToken, router } } : {};
  const dense = { precision, recompute, ...options };
  const own = trainingMemory(model, batchSize, { ...dense, packedWeights, denseLayers, ...routing });
  const twin = baseline ? trainingMemory(model, batchSize, dense).total : 0;
  return { ...own, twin, total: own.total + twin };
}
