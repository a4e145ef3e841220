import {
  isRouted,
  packedWeightCount,
  type Precision,
  sparsityPlans,
  type TrainingMemory,
  trainingMemory,
} from "@beyond24/recipe";
import { hasSparseSteps, type RunConfig } from "@beyond24/run";

/** Bytes that a run holds on its device. */
export interface RunMemory extends TrainingMemory {
  /** All of the dense twin, which takes turns with the model; 0 without one. */
  readonly twin: number;
}

/** Bytes of a run, from its configuration and what its device takes for logits. */
export function runMemory(config: RunConfig, precision: Precision, logitsBytes?: number): RunMemory {
  const { model, train: { batchSize, baseline, recompute }, sparsity } = config;
  const plan = sparsityPlans[hasSparseSteps(config) ? sparsity.plan : "dense"];
  const packedWeights = packedWeightCount(plan);
  const venom = { v: sparsity.v, n: 2 as const, m: sparsity.m };
  const routing = isRouted(plan) ? { routing: { venom, expertsPerToken: sparsity.expertsPerToken } } : {};
  const logits = logitsBytes === undefined ? {} : { logitsBytes };
  const dense = { precision, recompute, ...logits };
  const own = trainingMemory(model, batchSize, { ...dense, packedWeights, ...routing });
  const twin = baseline ? trainingMemory(model, batchSize, dense).total : 0;
  return { ...own, twin, total: own.total + twin };
}
