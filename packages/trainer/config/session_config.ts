import { type RunConfig, transformerConfig } from "@beyond24/run";
import type { SessionConfig } from "@beyond24/session";

/**
 * What a session needs to know of a configuration, and of the tokens that can occur, which may be fewer than the
 * vocabulary.
 */
export function sessionConfig(config: RunConfig, tokens?: number): SessionConfig {
  const { recipe, optimizer, sparsity, train } = config;
  const { learningRate: peak, finalRatio, warmupSteps, decay, decayRatio, ...adamW } = optimizer;
  return {
    transformer: transformerConfig(config, tokens),
    recipe,
    schedule: { peak, finalRatio, warmupSteps, totalSteps: train.steps, decay, decayRatio },
    optimizer: adamW,
    switchScale: sparsity.switchScale,
    clustering: { iterations: sparsity.clusterIterations, every: sparsity.reclusterEvery },
    seed: train.seed,
    batchSize: train.batchSize,
    microBatches: train.microBatches,
    readEvery: train.readEvery,
  };
}
