import type { Tensor } from "@beyond24/device";
import type { TileKind } from "./tile_choice.ts";
import type { WebGpuDevice } from "./web_gpu_device.ts";

/** What is measured of each kind of kernel: the shapes of a feed-forward network and of attention of a small model. */
export const tuningWorkloads: Readonly<Record<TileKind, (device: WebGpuDevice) => () => void>> = {
  /** The three products of a dense layer: 2048 tokens, D = 512, F = 2048. */
  matmul: (device) => {
    const { kernels } = device;
    const [tokens, features, neurons] = [2048, 512, 2048] as const;
    const [x, weights] = [randomTensor(device, tokens, features), randomTensor(device, neurons, features)];
    const y = randomTensor(device, tokens, neurons);
    const [forward, backward, gradient] = [
      matrix(device, tokens, neurons),
      matrix(device, tokens, features),
      matrix(device, neurons, features),
    ];
    return () => {
      kernels.matmul({ a: x, b: weights, transposeB: true, out: forward });
      kernels.matmul({ a: y, b: weights, out: backward });
      kernels.matmul({ a: y, transposeA: true, b: x, out: gradient });
    };
  },
  /** The three grouped products, sparse as the recipe has them: 2048 tokens, 4 experts, D = 512, F = 2048. */
  groupedMatmul: (device) => {
    const { kernels } = device;
    const [tokens, features, neurons, experts] = [2048, 512, 2048, 4] as const;
    const width = neurons / experts;
    const x = randomTensor(device, tokens, features);
    const dense = randomTensor(device, neurons, features);
    const weights = device.packed24(neurons, features, "cols");
    kernels.softThreshold24({ weights: dense, packed: weights });
    const hidden = randomTensor(device, tokens, width);
    const [neuronPacked, tokenPacked] = [
      device.packed24(tokens, width, "cols"),
      device.packed24(tokens, width, "rows"),
    ];
    kernels.select24({ x: hidden, packed: neuronPacked });
    kernels.select24({ x: hidden, packed: tokenPacked });
    const segments = { offsets: device.tensor([experts + 1], "i32"), align: tokens / experts };
    device.write(segments.offsets, Int32Array.from({ length: experts + 1 }, (_, expert) => expert * tokens / experts));
    const [y1, y3, gradient] = [
      matrix(device, tokens, width),
      matrix(device, tokens, features),
      matrix(device, neurons, features),
    ];
    return () => {
      kernels.groupedMatmulNeurons({ x, weights, segments, out: y1 });
      kernels.groupedMatmulFeatures({ y: neuronPacked, weights: dense, segments, out: y3 });
      kernels.groupedMatmulWeights({ y: tokenPacked, x, segments, out: gradient });
    };
  },
  /** Attention forward and backward: 4 sequences of 256 tokens, 4 heads of 64. */
  attention: (device) => {
    const shape = { sequences: 4, sequenceLength: 256, heads: 4, keyValueHeads: 4, headDim: 64 };
    const [tokens, width] = [shape.sequences * shape.sequenceLength, shape.heads * shape.headDim];
    const inputs = () => randomTensor(device, tokens, width);
    const outputs = () => matrix(device, tokens, width);
    const logSumExp = device.tensor([shape.sequences, shape.heads, shape.sequenceLength], "f32");
    const forward = { q: inputs(), k: inputs(), v: inputs(), shape, out: outputs(), logSumExp };
    const backward = { forward, dOut: inputs(), dQ: outputs(), dK: outputs(), dV: outputs() };
    return () => {
      device.kernels.attention(forward);
      device.kernels.attentionBackward(backward);
    };
  },
};

function matrix(device: WebGpuDevice, rows: number, cols: number): Tensor {
  return device.tensor([rows, cols], "f32");
}

function randomTensor(device: WebGpuDevice, rows: number, cols: number): Tensor {
  const tensor = matrix(device, rows, cols);
  device.write(tensor, Float32Array.from({ length: rows * cols }, () => Math.random() - 0.5));
  return tensor;
}
