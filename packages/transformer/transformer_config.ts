import { type FeedForwardSparsity, routingSizes } from "@beyond24/ffn";
import { checkModelShape, type ModelShape, sparseLayers } from "@beyond24/recipe";

/** Sizes and constants of a {@linkcode Transformer}. */
export interface TransformerConfig {
  /** Sizes. */
  readonly shape: ModelShape;
  /**
   * Tokens that can occur, the first ones of the vocabulary, which may be larger to be a round number: what fills it up
   * is never predicted. Default: all.
   */
  readonly tokens?: number;
  /** How the FFN of sparse steps is computed. Left out: the model knows dense steps only. */
  readonly sparsity?: FeedForwardSparsity;
  /** First layers whose FFN stays dense in sparse steps, 0 to all. Default 0. */
  readonly denseLayers?: number;
  /** Base of the rotary angles. Default 500 000 (Llama 3). */
  readonly ropeTheta?: number;
  /** Added to the mean square in RMSNorm. Default 1e-5 (Llama 3). */
  readonly normEpsilon?: number;
  /**
   * Whether a pass keeps the input of every layer only, and computes the layer again in the backward pass, to the same
   * bits. Default false.
   */
  readonly recompute?: boolean;
}

/**
 * Checks a configuration, sparse part included.
 *
 * @param config The configuration
 * @throws {RangeError} If a size is out of bounds, there are more tokens than the vocabulary holds, more dense layers
 * than layers, or dFfn is not divisible by four times the experts
 * @throws {TypeError} If the sparsity plan is not legal
 *
 * @example Refuse neurons that cannot be split into groups of four for every expert
 * ```ts
 * import { checkTransformerConfig } from "@beyond24/transformer";
 * import { modelPresets, sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assertThrows } from "@std/assert";
 *
 * const shape = { ...modelPresets.tiny, dFfn: 100 };
 * const sparsity = { plan: sparsityPlans.paper, venom: venomFormats["87.5"] };
 * assertThrows(() => checkTransformerConfig({ shape, sparsity }), RangeError);
 * ```
 */
export function checkTransformerConfig(config: TransformerConfig): void {
  checkModelShape(config.shape);
  const { ropeTheta = 1, normEpsilon = 1 } = config;
  for (const [name, value] of Object.entries({ ropeTheta, normEpsilon })) {
    if (Number.isFinite(value) && value > 0) continue;
    throw new RangeError(`Cannot create transformer as ${name} must be > 0: current value is ${value}`);
  }
  const { tokens = config.shape.vocabularySize } = config;
  if (!Number.isInteger(tokens) || tokens < 1 || tokens > config.shape.vocabularySize) {
    throw new RangeError(
      `Cannot create transformer as its tokens must be 1 to vocabularySize, ${config.shape.vocabularySize}: ` +
        `current value is ${tokens}`,
    );
  }
  sparseLayers(config.shape.layers, config.denseLayers);
  if (config.sparsity !== undefined) routingSizes(config.sparsity, config.shape.dFfn, config.shape.dModel);
}

/**
 * How the FFN of a layer is computed in sparse steps.
 *
 * @param config The configuration of the model
 * @param index The layer, from 0
 * @returns The sparsity; undefined where the layer stays dense
 *
 * @example The first of two layers stays dense
 * ```ts
 * import { layerSparsity } from "@beyond24/transformer";
 * import { modelPresets, sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const sparsity = { plan: sparsityPlans.paper, venom: venomFormats["87.5"] };
 * const config = { shape: modelPresets.tiny, sparsity, denseLayers: 1 };
 * assertEquals([0, 1].map((index) => layerSparsity(config, index)), [undefined, sparsity]);
 * ```
 */
export function layerSparsity(
  { sparsity, denseLayers = 0 }: TransformerConfig,
  index: number,
): FeedForwardSparsity | undefined {
  return index < denseLayers ? undefined : sparsity;
}
