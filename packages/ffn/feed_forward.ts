import { createParameter, freeParameter, type Parameter, type ParameterShare, soleShare } from "@beyond24/autograd";
import type { Device, PackedMatrix24, Tensor } from "@beyond24/device";
import { isRouted, routers } from "@beyond24/recipe";
import { type FeedForwardSparsity, type RoutingSizes, routingSizes } from "./feed_forward_sparsity.ts";
import { createRouter, disposeRouter, type FeedForwardRouter } from "./router.ts";

/** What a step measures, on the device. */
export interface FeedForwardStatistics {
  /** Tokens of each expert in the last sparse forward pass: i32 [E]. */
  readonly expertCounts: Tensor;
  /** Mask bits of the packed weights that were changed since the last sparse forward pass began: i32 [1]. */
  readonly flips: Tensor;
  /** Part of the energy of a token that its experts hold, in the mean, as far as the router sees it: f32 [1]. */
  readonly energyShare: Tensor;
  /** Non-zero elements of the activations y2 in the last forward pass: i32 [1]. */
  readonly nonzero: Tensor;
}

/** Products whose sparse operand may be a weight; each wants its own weight along its own axis. */
export type WeightProduct = "y1" | "y3" | "dy2" | "dx";

/** A weight in 2:4 form as one product reads it. */
export interface PackedWeight {
  /** The weight. */
  readonly parameter: Parameter;
  /** Soft threshold, or the two of largest magnitude as they are. */
  readonly format: "2:4" | "2:4 soft";
  /** The packed matrix. */
  readonly packed: PackedMatrix24;
  /** Where a packing adds the mask bits that it changes: `statistics.flips` of the network. */
  readonly flips: Tensor;
  /** Factor on the soft-thresholded weights: 1 or the frozen beta. Part of a checkpoint. */
  scale: number;
  /**
   * Version of the parameter that `packed` was made from; undefined when it holds nothing that could be compared with.
   */
  version: number | undefined;
}

/** What a feed-forward network needs for sparse steps. */
export interface SparseFeedForward {
  /** The configuration. */
  readonly sparsity: FeedForwardSparsity;
  /** Sizes of the router. */
  readonly sizes: RoutingSizes;
  /** Packed weights by the product that reads them; a product without one reads the dense weight. */
  readonly weights: Readonly<Partial<Record<WeightProduct, PackedWeight>>>;
  /** Chooses the clusters of a token. */
  readonly router: FeedForwardRouter;
  /** Mask bits among which `flips` are counted: the elements of all packed weights. */
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

/** Sizes and sparsity of {@linkcode createFeedForward}. */
export interface FeedForwardOptions {
  /** F. */
  readonly neurons: number;
  /** D. */
  readonly features: number;
  /** How sparse steps are computed. Left out: the network knows dense steps only. */
  readonly sparsity?: FeedForwardSparsity | undefined;
  /** Tokens of the vocabulary, for a router that chooses by token. Default: none. */
  readonly vocabularySize?: number;
  /** The ranks that train it. Default: one. */
  readonly share?: ParameterShare;
}

/** The products that may read a packed weight [F, D], and the axis along which each contracts it. */
const axes: readonly (readonly [WeightProduct, "rows" | "cols"])[] = [
  ["y1", "cols"],
  ["y3", "rows"],
  ["dy2", "cols"],
  ["dx", "rows"],
];

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}

/** Without its tokens a table would be empty, and clusters those of nobody. */
function checkVocabulary({ plan, router = "cosine" }: FeedForwardSparsity, vocabularySize: number): void {
  if (!isRouted(plan) || !routers[router].needsTokens || vocabularySize >= 1) return;
  throw new RangeError(
    "Cannot use a sparse feed-forward network as its router chooses by token, so that vocabularySize must be at least " +
      `1: current value is ${vocabularySize}`,
  );
}

/** What {@linkcode createSparse} needs besides the network. */
interface SparseOptions {
  readonly sparsity: FeedForwardSparsity;
  readonly vocabularySize: number;
  readonly flips: Tensor;
}

function createSparse(
  device: Device,
  network: Pick<FeedForward, "wIn" | "wOut" | "neurons" | "features">,
  { sparsity, vocabularySize, flips }: SparseOptions,
): SparseFeedForward {
  const { neurons, features } = network;
  const preferred = leastCommonMultiple(sparsity.venom.v, device.segmentRows ?? 1);
  const sizes = routingSizes({ align: preferred, ...sparsity }, neurons, features);
  const weights: Partial<Record<WeightProduct, PackedWeight>> = {};
  for (const [product, axis] of axes) {
    const { operand, format } = sparsity.plan[product];
    if (operand !== "wIn" && operand !== "wOut") continue;
    const packed = device.packed24(neurons, features, axis);
    weights[product] = { parameter: network[operand], format, packed, flips, scale: 1, version: undefined };
  }
  const { router: name = "cosine" } = isRouted(sparsity.plan) ? sparsity : {};
  const router = createRouter(device, name, network.wIn.value, { ...sizes, vocabularySize });
  return { sparsity, sizes, weights, router, maskBits: Object.keys(weights).length * neurons * features };
}

/**
 * Allocates a feed-forward network, its weights zero.
 *
 * @param device Where it lives
 * @param name Prefix of the parameter names, such as `model.layers.0.mlp`
 * @param options Sizes and sparsity
 * @returns The network; {@linkcode disposeFeedForward} frees it
 * @throws {RangeError} If the neurons cannot be split into groups of four for every expert, another size is out of
 * bounds, or the router chooses by token and there is no vocabulary
 *
 * @example Allocate
 * ```ts
 * import { createFeedForward, disposeFeedForward } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const layer = createFeedForward(device, "mlp", { neurons: 16, features: 4 });
 * assertEquals(layer.wIn.name, "mlp.w_in");
 * disposeFeedForward(device, layer);
 * assertEquals(device.liveBytes, 0);
 * ```
 */
export function createFeedForward(device: Device, name: string, options: FeedForwardOptions): FeedForward {
  const { neurons, features, sparsity, vocabularySize = 0, share = soleShare } = options;
  // Before anything is allocated.
  const { experts } = sparsity === undefined ? { experts: 1 } : routingSizes(sparsity, neurons, features);
  if (sparsity !== undefined) checkVocabulary(sparsity, vocabularySize);
  const wIn = createParameter(device, `${name}.w_in`, [neurons, features], { share });
  const wOut = createParameter(device, `${name}.w_out`, [neurons, features], { share });
  const statistics = {
    expertCounts: device.tensor([experts], "i32"),
    flips: device.tensor([1], "i32"),
    nonzero: device.tensor([1], "i32"),
    energyShare: device.tensor([1], "f32"),
  };
  const dense = { wIn, wOut, neurons, features, statistics };
  const { flips } = statistics;
  return { ...dense, sparse: sparsity && createSparse(device, dense, { sparsity, vocabularySize, flips }) };
}

/**
 * Frees a feed-forward network.
 *
 * @param device Where it lives
 * @param layer The network, unusable afterwards
 *
 * @example Free
 * ```ts
 * import { createFeedForward, disposeFeedForward } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * disposeFeedForward(device, createFeedForward(device, "mlp", { neurons: 16, features: 4 }));
 * assertEquals(device.liveBytes, 0);
 * ```
 */
export function disposeFeedForward(device: Device, layer: FeedForward): void {
  const { wIn, wOut, sparse, statistics } = layer;
  for (const parameter of [wIn, wOut]) freeParameter(device, parameter);
  for (const tensor of Object.values(statistics)) device.free(tensor);
  if (sparse === undefined) return;
  disposeRouter(device, sparse.router);
  for (const { packed } of Object.values(sparse.weights)) device.free(packed);
}
