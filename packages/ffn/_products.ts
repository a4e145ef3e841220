import type { GradientTarget } from "@beyond24/autograd";
import type { Kernels, Operand, Tensor } from "@beyond24/device";

/** The three kinds of products of a feed-forward network, each used forwards and backwards. */
export interface Products {
  /** out = x · weightsᵀ, contracted over D: y1 and dy2. */
  neurons(x: Tensor, weights: Operand, out: Tensor): void;
  /** out = y · weights, contracted over neurons: y3 and dx. */
  features(y: Operand, weights: Operand, out: Tensor): void;
  /** out (+)= yᵀ · x, contracted over tokens: dwOut and dwIn. */
  weights(y: Operand, x: Tensor, target: GradientTarget): void;
}

/** Every token meets every neuron. */
export function plainProducts(kernels: Kernels): Products {
  return {
    neurons: (x, weights, out) => kernels.matmul({ a: x, b: weights, transposeB: true, out }),
    features: (y, weights, out) => kernels.matmul({ a: y, b: weights, out }),
    weights: (y, x, target) => kernels.matmul({ a: y, transposeA: true, b: x, ...target }),
  };
}

/** Every token meets the neurons of its expert. */
export function groupedProducts(kernels: Kernels, offsets: Tensor): Products {
  return {
    neurons: (x, weights, out) => kernels.groupedMatmulNeurons({ x, weights, offsets, out }),
    features: (y, weights, out) => kernels.groupedMatmulFeatures({ y, weights, offsets, out }),
    weights: (y, x, target) => kernels.groupedMatmulWeights({ y, x, offsets, ...target }),
  };
}
