import {
  type Device,
  type Kernels,
  type Operand,
  rowRange,
  type Segments,
  sortedCapacity,
  type Tensor,
} from "@beyond24/device";
import { randomValues } from "../harness/random_values.ts";

/** Sizes of grouped products; every expert has the same number of tokens. */
export interface ProductSizes {
  readonly tokens: number;
  readonly experts: number;
  /** C, of one expert. */
  readonly neurons: number;
  readonly features: number;
}

/** One product, in every form that can be timed. */
export interface ProductCase {
  readonly name: string;
  readonly out: Tensor;
  /** By the kernels of a device, one operand 2:4 or both dense, for given segments. */
  readonly grouped: (kernels: Kernels, sparse: boolean, segments: Segments) => void;
  /** Dense, one plain product an expert. */
  readonly plain: (kernels: Kernels) => void;
}

/**
 * Operands on a device, and the three products of a feed-forward layer: tokens times weights, activations times
 * weights, gradients.
 */
export function productCases(device: Device, sizes: ProductSizes): readonly ProductCase[] {
  const { tokens, experts, neurons, features } = sizes;
  const x = random(device, [tokens, features], 1);
  const y = random(device, [tokens, neurons], 2);
  const weights = random(device, [experts * neurons, features], 3);
  const packedWeights = device.packed24(experts * neurons, features, "cols");
  device.kernels.softThreshold24({ weights, packed: packedWeights });
  const [alongNeurons, alongTokens] = (["cols", "rows"] as const).map((axis) => {
    const packed = device.packed24(tokens, neurons, axis);
    device.kernels.select24({ x: y, packed });
    return packed;
  });
  const choose = (sparse: boolean, packed: Operand | undefined, dense: Tensor) => sparse && packed ? packed : dense;
  const part = (tensor: Tensor, rows: number, expert: number) => rowRange(tensor, expert * rows, (expert + 1) * rows);
  const [share, all] = [tokens / experts, Array.from({ length: experts }, (_, expert) => expert)];
  const y1 = device.tensor([tokens, neurons], "bf16");
  const y3 = device.tensor([tokens, features], "bf16");
  const gradient = device.tensor([experts * neurons, features], "f32");
  return [{
    name: "weights (y1, dy2)",
    out: y1,
    grouped: (kernels, sparse, segments) =>
      kernels.groupedMatmulNeurons({ x, weights: choose(sparse, packedWeights, weights), segments, out: y1 }),
    plain: (kernels) =>
      all.forEach((e) =>
        kernels.matmul({
          a: part(x, share, e),
          b: part(weights, neurons, e),
          transposeB: true,
          out: part(y1, share, e),
        })
      ),
  }, {
    name: "activations (y3, dx)",
    out: y3,
    grouped: (kernels, sparse, segments) =>
      kernels.groupedMatmulFeatures({ y: choose(sparse, alongNeurons, y), weights, segments, out: y3 }),
    plain: (kernels) =>
      all.forEach((e) =>
        kernels.matmul({ a: part(y, share, e), b: part(weights, neurons, e), out: part(y3, share, e) })
      ),
  }, {
    name: "gradients (dwIn, dwOut)",
    out: gradient,
    grouped: (kernels, sparse, segments) =>
      kernels.groupedMatmulWeights({ y: choose(sparse, alongTokens, y), x, segments, out: gradient }),
    plain: (kernels) =>
      all.forEach((e) => {
        const operands = { a: part(y, share, e), b: part(x, share, e), transposeA: true };
        kernels.matmul({ ...operands, out: part(gradient, neurons, e) });
      }),
  }];
}

/** Equal segments of whole tiles. */
export function equalSegments(device: Device, { tokens, experts }: ProductSizes): Segments {
  const expertOf = device.tensor([tokens, 1], "i32");
  device.write(expertOf, Int32Array.from({ length: tokens }, (_, token) => token % experts));
  const segments = { offsets: device.tensor([experts + 1], "i32"), align: 128 };
  const order = device.tensor([sortedCapacity(tokens, experts, 128)], "i32");
  const outputs = { positions: device.tensor([tokens, 1], "i32"), counts: device.tensor([experts], "i32") };
  device.kernels.groupTokens({ experts: expertOf, order, segments, ...outputs });
  return segments;
}

function random(device: Device, shape: readonly [number, number], seed: number): Tensor {
  const tensor = device.tensor(shape, "bf16");
  device.write(tensor, randomValues(shape[0] * shape[1], 1, seed));
  return tensor;
}
