import { createParameter, type Parameter, type ParameterShare, soleShare } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import { createFeedForward, type FeedForward, type FeedForwardSparsity } from "@beyond24/ffn";
import { rotaryTables } from "./_rotary_tables.ts";
import type { AttentionWeights, Transformer, TransformerLayer } from "./transformer.ts";
import { checkTransformerConfig, layerSparsity, type TransformerConfig } from "./transformer_config.ts";

/** Allocates the parameters of one model. */
class ParameterMaker {
  constructor(
    readonly device: Device,
    readonly config: TransformerConfig,
    readonly share: ParameterShare,
  ) {}

  matrix(name: string, rows: number, cols: number): Parameter {
    return createParameter(this.device, name, [rows, cols], { share: this.share });
  }

  gain(name: string): Parameter {
    const { device, share, config: { shape: { dModel } } } = this;
    // Gains are few and no product reads them, so they stay f32.
    return createParameter(device, name, [dModel], { decay: false, storage: "master", share });
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

  feedForward(name: string, sparsity: FeedForwardSparsity | undefined): FeedForward {
    const { device, share, config: { shape: { dModel, dFfn, vocabularySize } } } = this;
    return createFeedForward(device, name, { neurons: dFfn, features: dModel, sparsity, vocabularySize, share });
  }

  layer(index: number): TransformerLayer {
    const prefix = `model.layers.${index}`;
    return {
      attentionNorm: this.gain(`${prefix}.input_layernorm.weight`),
      attention: this.attention(`${prefix}.self_attn`),
      feedForwardNorm: this.gain(`${prefix}.post_attention_layernorm.weight`),
      feedForward: this.feedForward(`${prefix}.mlp`, layerSparsity(this.config, index)),
    };
  }
}

/**
 * Allocates a model whose weights are all zero: for weights that are there already, which to draw first would cost more
 * time than to read. {@linkcode createTransformer} draws them.
 *
 * @param device Where it lives
 * @param config Sizes, constants, sparsity
 * @param seed Seed of what sparse steps draw, an integer >= 0
 * @param share The ranks that train it. Default: one
 * @returns The model; {@linkcode disposeTransformer} frees it
 * @throws {RangeError} If a size or the seed is out of bounds
 * @throws {TypeError} If the sparsity plan is not legal
 *
 * @example Give it weights
 * ```ts
 * import { writeParameter } from "@beyond24/autograd";
 * import { allocateTransformer } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const { norm } = allocateTransformer(device, { shape: modelPresets.tiny }, 1);
 * assertEquals((await device.read(norm.value))[0], 0);
 * writeParameter(device, norm, new Float32Array(modelPresets.tiny.dModel).fill(1));
 * ```
 */
export function allocateTransformer(
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
  const maker = new ParameterMaker(device, config, share);
  const tables = rotaryTables(sequenceLength, headDim, config.ropeTheta ?? 500_000);
  const cosines = device.tensor([sequenceLength, headDim / 2], "f32");
  const sines = device.tensor([sequenceLength, headDim / 2], "f32");
  device.write(cosines, tables.cosines);
  device.write(sines, tables.sines);
  return {
    device,
    config,
    embedding: maker.matrix("model.embed_tokens.weight", vocabularySize, dModel),
    layers: Array.from({ length: layers }, (_, index) => maker.layer(index)),
    norm: maker.gain("model.norm.weight"),
    head: maker.matrix("lm_head.weight", vocabularySize, dModel),
    cosines,
    sines,
    loss: device.tensor([1], "f32"),
    draws: { seed, step: device.tensor([1], "i32") },
    state: { clustered: false },
  };
}
