import { isRouted, packedWeightCount, type Precision, sparsityPlans, trainingMemory } from "@beyond24/recipe";
import { hasSparseSteps, type RunConfig } from "@beyond24/run";
import type { RunMemory } from "./run_plan.ts";

/** Bytes of a run, from its configuration and what its device takes for logits. */
export function runMemory(config: RunConfig, precision: Precision, logitsBytes?: number): RunMemory {
  const { model, train: { batchSize, baseline }, sparsity } = config;
  const plan = sparsityPlans[hasSparseSteps(config) ? sparsity.plan : "dense"];
  const packedWeights = packedWeightCount(plan);
  const venom = { v: sparsity.v, n: 2 as const, m: sparsity.m };
  const routing = isRouted(plan) ? { routing: { venom, expertsPerToken: sparsity.expertsPerToken } } : {};
  const logits = logitsBytes === undefined ? {} : { logitsBytes };
  const dense = { precision, ...logits };
  const own = trainingMemory(model, batchSize, { ...dense, packedWeights, ...routing });
  const twin = baseline ? trainingMemory(model, batchSize, dense).total : 0;
  return { ...own, twin, total: own.total + twin };
}
