import { createParameter, type Parameter, type ParameterShare, soleShare, writeParameter } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import { createFeedForward, type FeedForward, freezeScales } from "@beyond24/ffn";
import { rotaryTables } from "./_rotary_tables.ts";
import type { AttentionWeights, Transformer, TransformerLayer } from "./transformer.ts";
import { initialValues } from "./initial_values.ts";
import { checkTransformerConfig, type TransformerConfig } from "./transformer_config.ts";

/** Makes the parameters of one model. */
class ParameterMaker {
  constructor(
    readonly device: Device,
    readonly config: TransformerConfig,
    readonly seed: number,
    readonly share: ParameterShare,
  ) {}

  initialise(parameter: Parameter): Float32Array {
    const { seed, config: { shape: { layers } } } = this;
    const values = initialValues(parameter.name, parameter.shape, { layers, seed });
    writeParameter(this.device, parameter, values);
    return values;
  }

  matrix(name: string, rows: number, cols: number): Parameter {
    const parameter = createParameter(this.device, name, [rows, cols], { share: this.share });
    this.initialise(parameter);
    return parameter;
  }

  gain(name: string): Parameter {
    const { dModel } = this.config.shape;
    // Gains are few and no product reads them, so they stay f32.
    const parameter = createParameter(this.device, name, [dModel], {
      decay: false,
      storage: "master",
      share: this.share,
    });
    writeParameter(this.device, parameter, new Float32Array(dModel).fill(1));
    return parameter;
  }

  attention(prefix: string): AttentionWeights {
    const { dModel, heads, kvHeads, headDim } = this.config.shape;
    return {
      query: this.matrix(`${prefix}.q_proj.weight`, heads * headDim, dModel),
      key: this.matrix(`${prefix}.k_proj.weight`, kvHeads * headDim, dModel),
      value: this.matrix(`${prefix}.v_proj.weight`, kvHeads * headDim, dModel),
      output: this.matrix(`${prefix}.o_proj.weight`, dModel, heads * headDim),
    };
  }

  feedForward(name: string): FeedForward {
    const { dModel, dFfn } = this.config.shape;
    const { share, config: { sparsity } } = this;
    const layer = createFeedForward(this.device, name, { neurons: dFfn, features: dModel, sparsity, share });
    freezeScales(layer, { wIn: this.initialise(layer.wIn), wOut: this.initialise(layer.wOut) });
    return layer;
  }

  layer(prefix: string): TransformerLayer {
    return {
      attentionNorm: this.gain(`${prefix}.input_layernorm.weight`),
      attention: this.attention(`${prefix}.self_attn`),
      feedForwardNorm: this.gain(`${prefix}.post_attention_layernorm.weight`),
      feedForward: this.feedForward(`${prefix}.mlp`),
    };
  }
}

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
  checkTransformerConfig(config);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`Cannot create transformer as its seed must be an integer >= 0: current value is ${seed}`);
  }
  const { layers, dModel, vocabularySize, headDim, sequenceLength } = config.shape;
  const maker = new ParameterMaker(device, config, seed, share);
  const tables = rotaryTables(sequenceLength, headDim, config.ropeTheta ?? 500_000);
  const cosines = device.tensor([sequenceLength, headDim / 2], "f32");
  const sines = device.tensor([sequenceLength, headDim / 2], "f32");
  device.write(cosines, tables.cosines);
  device.write(sines, tables.sines);
  return {
    device,
    config,
    embedding: maker.matrix("model.embed_tokens.weight", vocabularySize, dModel),
    layers: Array.from({ length: layers }, (_, index) => maker.layer(`model.layers.${index}`)),
    norm: maker.gain("model.norm.weight"),
    head: maker.matrix("lm_head.weight", vocabularySize, dModel),
    cosines,
    sines,
    loss: device.tensor([1], "f32"),
    draws: { seed, step: device.tensor([1], "i32") },
    state: { clustered: false },
  };
}
