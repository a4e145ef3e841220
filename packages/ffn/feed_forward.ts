import type { Parameter } from "@beyond24/autograd";
import type { PackedMatrix24, Tensor } from "@beyond24/device";
import type { FeedForwardSparsity, RoutingSizes } from "./feed_forward_sparsity.ts";

/** Products whose sparse operand may be a weight; each wants its own weight along its own axis. */
export type WeightProduct = "y1" | "y3" | "dy2" | "dx";

/** A weight in 2:4 form as one product reads it. */
export interface PackedWeight {
  /** The weight. */
  readonly parameter: Parameter;
  /** Soft threshold, or the two of largest magnitude as they are. */
  readonly format: "2:4" | "2:4 soft";
  /** The packed matrix; whoever changes the weights, or begins a sparse step, writes it from the current ones. */
  readonly packed: PackedMatrix24;
  /** Factor on the soft-thresholded weights: 1 or the frozen beta. Part of a checkpoint. */
  scale: number;
}

/** What a step measures, on the device. */
export interface FeedForwardStatistics {
  /** Tokens of each expert in the last sparse forward pass: i32 [E]. */
  readonly expertCounts: Tensor;
  /** Mask bits of the soft-thresholded weights that the last packing changed: i32 [1]. */
  readonly flips: Tensor;
  /** Non-zero elements of the activations y2 in the last forward pass: i32 [1]. */
  readonly nonzero: Tensor;
}

/** What a feed-forward network needs for sparse steps. */
export interface SparseFeedForward {
  /** The configuration. */
  readonly sparsity: FeedForwardSparsity;
  /** Sizes of the router. */
  readonly sizes: RoutingSizes;
  /** Packed weights by the product that reads them; a product without one reads the dense weight. */
  readonly weights: Readonly<Partial<Record<WeightProduct, PackedWeight>>>;
  /** Unit-length means of the clusters, refreshed at the start of every sparse step: f32 [E, D]. */
  readonly means: Tensor;
  /** Mask bits among which `flips` are counted: the elements of all soft-thresholded weights. */
  readonly maskBits: number;
}

/** A feed-forward network y = relu(x · wInᵀ)² · wOut, no gate, no biases. */
export interface FeedForward {
  /** Input weights of the neurons: [F, D]. */
  readonly wIn: Parameter;
  /** Output weights of the neurons: [F, D]. */
  readonly wOut: Parameter;
  /** F. */
  readonly neurons: number;
  /** D. */
  readonly features: number;
  /** What sparse steps need; missing in a network that is dense only. */
  readonly sparse: SparseFeedForward | undefined;
  /** What a step measures. */
  readonly statistics: FeedForwardStatistics;
}
