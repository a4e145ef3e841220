import { type RunConfig, transformerConfig } from "@beyond24/run";
import type { SessionConfig } from "@beyond24/session";

/** What a session needs to know of a configuration. */
export function sessionConfig(config: RunConfig): SessionConfig {
  const { recipe, optimizer, sparsity, train } = config;
  const { learningRate: peak, finalRatio, warmupSteps, ...adamW } = optimizer;
  return {
    transformer: transformerConfig(config),
    recipe,
    schedule: { peak, finalRatio, warmupSteps, totalSteps: train.steps },
    optimizer: adamW,
    switchScale: sparsity.switchScale,
    clustering: { iterations: sparsity.clusterIterations, every: sparsity.reclusterEvery },
    seed: train.seed,
    batchSize: train.batchSize,
    microBatches: train.microBatches,
    readEvery: train.readEvery,
  };
}
