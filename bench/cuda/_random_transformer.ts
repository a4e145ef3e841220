import { createParameter, type ParameterShare, soleShare } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import { createFeedForward } from "@beyond24/ffn";
import {
  checkTransformerConfig,
  layerSparsity,
  type Transformer,
  type TransformerConfig,
  type TransformerLayer,
} from "@beyond24/transformer";
import { RandomPool } from "./_random_pool.ts";

/** A model with random weights of the usual size, as one of several ranks has it. */
export function randomTransformer(
  device: Device,
  config: TransformerConfig,
  share: ParameterShare = soleShare,
): Transformer {
  checkTransformerConfig(config);
  const { layers, dModel, dFfn, heads, kvHeads, headDim, vocabularySize, sequenceLength } = config.shape;
  const pool = new RandomPool(device, 0.02);
  const matrix = (name: string, rows: number, cols: number) =>
    pool.randomise(createParameter(device, name, [rows, cols], { share }));
  const gain = (name: string) => {
    const parameter = createParameter(device, name, [dModel], { decay: false, storage: "master", share });
    device.kernels.fill({ out: parameter.value, value: 1 });
    return parameter;
  };
  const layer = (index: number): TransformerLayer => {
    const feedForward = createFeedForward(device, `${index}.mlp`, {
      neurons: dFfn,
      features: dModel,
      sparsity: layerSparsity(config, index),
      share,
    });
    pool.randomise(feedForward.wIn);
    pool.randomise(feedForward.wOut);
    return {
      attentionNorm: gain(`${index}.attention_norm`),
      attention: {
        query: matrix(`${index}.q`, heads * headDim, dModel),
        key: matrix(`${index}.k`, kvHeads * headDim, dModel),
        value: matrix(`${index}.v`, kvHeads * headDim, dModel),
        output: matrix(`${index}.o`, dModel, heads * headDim),
      },
      feedForwardNorm: gain(`${index}.feed_forward_norm`),
      feedForward,
    };
  };
  const angles = rotaryAngles(sequenceLength, headDim);
  const table = (values: Float32Array) => {
    const tensor = device.tensor([sequenceLength, headDim / 2], "f32");
    device.write(tensor, values);
    return tensor;
  };
  return {
    device,
    config,
    embedding: matrix("embedding", vocabularySize, dModel),
    layers: Array.from({ length: layers }, (_, index) => layer(index)),
    norm: gain("norm"),
    head: matrix("head", vocabularySize, dModel),
    cosines: table(angles.map(Math.cos)),
    sines: table(angles.map(Math.sin)),
    loss: device.tensor([1], "f32"),
    draws: { seed: 1, step: device.tensor([1], "i32") },
    // Random neurons are as good in one cluster as in another.
    state: { clustered: true },
  };
}

function rotaryAngles(positions: number, headDim: number): Float32Array {
  const half = headDim / 2;
  return Float32Array.from(
    { length: positions * half },
    (_, index) => Math.floor(index / half) * 500_000 ** (-2 * (index % half) / headDim),
  );
}
