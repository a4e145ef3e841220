import { type Parameter, type ParameterShare, soleShare, writeParameter } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import { freezeScales } from "@beyond24/ffn";
import { allocateTransformer } from "./allocate_transformer.ts";
import { initialValues } from "./initial_values.ts";
import type { Transformer } from "./transformer.ts";
import type { TransformerConfig } from "./transformer_config.ts";

/**
 * Allocates and initialises a model: normal(0, 0.02) matrices, the two output projections of every layer scaled by
 * 1 / sqrt(2 · layers), gains 1. Every parameter has its own stream of random numbers, derived from the seed and its
 * name, so the weights do not depend on the device or on the order of creation.
 *
 * @param device Where it lives
 * @param config Sizes, constants, sparsity
 * @param seed Seed of the initial weights and of what sparse steps draw, an integer >= 0
 * @param share The ranks that train it. Default: one
 * @returns The model; {@linkcode disposeTransformer} frees it
 * @throws {RangeError} If a size or the seed is out of bounds
 * @throws {TypeError} If the sparsity plan is not legal
 *
 * @example Create
 * ```ts
 * import { createTransformer, parameterCount } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets, parameterCounts } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * assertEquals(parameterCount(model), parameterCounts(modelPresets.tiny).total);
 * ```
 */
export function createTransformer(
  device: Device,
  config: TransformerConfig,
  seed: number,
  share: ParameterShare = soleShare,
): Transformer {
  const model = allocateTransformer(device, config, seed, share);
  drawTransformer(model, seed);
  return model;
}

/**
 * Draws the initial weights of a model, as {@linkcode createTransformer} does. Whatever it had is lost.
 *
 * @param model The model
 * @param seed Seed of the weights, an integer >= 0
 *
 * @example Weights that are drawn later
 * ```ts
 * import { allocateTransformer, createTransformer, drawTransformer } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const config = { shape: { ...modelPresets.tiny, layers: 1 } };
 * const model = allocateTransformer(device, config, 1);
 * drawTransformer(model, 1);
 * const { head } = createTransformer(device, config, 1);
 * assertEquals(await device.read(model.head.value), await device.read(head.value));
 * ```
 */
export function drawTransformer(model: Transformer, seed: number): void {
  const { device, config: { shape: { layers, dModel } } } = model;
  const draw = (parameter: Parameter): Float32Array => {
    const values = initialValues(parameter.name, parameter.shape, { layers, seed });
    writeParameter(device, parameter, values);
    return values;
  };
  const gain = (parameter: Parameter) => writeParameter(device, parameter, new Float32Array(dModel).fill(1));
  draw(model.embedding);
  for (const { attentionNorm, attention, feedForwardNorm, feedForward } of model.layers) {
    gain(attentionNorm);
    for (const matrix of [attention.query, attention.key, attention.value, attention.output]) draw(matrix);
    gain(feedForwardNorm);
    freezeScales(feedForward, { wIn: draw(feedForward.wIn), wOut: draw(feedForward.wOut) });
  }
  gain(model.norm);
  draw(model.head);
}
