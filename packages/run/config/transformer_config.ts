import { sparsityPlans } from "@beyond24/recipe";
import type { TransformerConfig } from "@beyond24/transformer";
import type { RunConfig } from "./run_config.ts";

/** Whether any step of a run is sparse. */
export function hasSparseSteps(config: RunConfig): boolean {
  return config.recipe.some(({ phase, steps }) => phase === "sparse" && steps > 0);
}

/**
 * What the model needs to know of a configuration. A run without sparse steps has a model that knows dense steps only.
 *
 * @param config The configuration
 * @param tokens Tokens that its tokenizer knows, where they are fewer than the vocabulary. Default: all of it
 * @returns The configuration of the model
 */
export function transformerConfig(
  config: RunConfig,
  tokens: number = config.model.vocabularySize,
): TransformerConfig {
  const { ropeTheta, normEpsilon, ...shape } = config.model;
  const dense = { shape, tokens, ropeTheta, normEpsilon, recompute: config.train.recompute };
  if (!hasSparseSteps(config)) return dense;
  const { plan, v, m, expertsPerToken, router, clusters, tokenOrder, denseLayers, softThresholdScale } =
    config.sparsity;
  const routing = { venom: { v, n: 2 as const, m }, expertsPerToken, router, clusters, tokenOrder };
  const sparsity = { plan: sparsityPlans[plan], ...routing, softThresholdScale };
  return { ...dense, sparsity, denseLayers };
}
