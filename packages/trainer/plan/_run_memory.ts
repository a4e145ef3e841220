import { packedWeightCount, type Precision, sparsityPlans, trainingMemory } from "@beyond24/recipe";
import { hasSparseSteps, type RunConfig } from "@beyond24/run";
import type { RunMemory } from "./run_plan.ts";

/** Bytes of a run, from its configuration and what its device takes for logits. */
export function runMemory(config: RunConfig, precision: Precision, logitsBytes?: number): RunMemory {
  const { model, train: { batchSize, baseline }, sparsity } = config;
  const packedWeights = hasSparseSteps(config) ? packedWeightCount(sparsityPlans[sparsity.plan]) : 0;
  const logits = logitsBytes === undefined ? {} : { logitsBytes };
  const own = trainingMemory(model, batchSize, { precision, packedWeights, ...logits });
  const twin = baseline ? own.total - own.packed : 0;
  return { ...own, twin, total: own.total + twin };
}
