import { packedWeightCount, type Precision, sparsityPlans, trainingMemory } from "@beyond24/recipe";
import type { RunConfig } from "../config/run_config.ts";
import { hasSparseSteps } from "../config/transformer_config.ts";
import type { RunMemory } from "./run_plan.ts";

/** Bytes of a run, from its configuration alone. */
export function runMemory(config: RunConfig, precision: Precision): RunMemory {
  const { model, train: { batchSize, baseline }, sparsity } = config;
  const packedWeights = hasSparseSteps(config) ? packedWeightCount(sparsityPlans[sparsity.plan]) : 0;
  const own = trainingMemory(model, batchSize, { precision, packedWeights });
  const twin = baseline ? own.total - own.packed : 0;
  return { ...own, twin, total: own.total + twin };
}
