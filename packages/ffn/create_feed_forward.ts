import { createParameter, type Parameter } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import type { FeedForward, PackedWeight, SparseFeedForward, WeightProduct } from "./feed_forward.ts";
import { type FeedForwardSparsity, routingSizes } from "./feed_forward_sparsity.ts";

/** Sizes and sparsity of {@linkcode createFeedForward}. */
export interface FeedForwardOptions {
  /** F. */
  readonly neurons: number;
  /** D. */
  readonly features: number;
  /** How sparse steps are computed. Left out: the network knows dense steps only. */
  readonly sparsity?: FeedForwardSparsity | undefined;
}

/** The axis along which each product contracts its weight [F, D]. */
const axes: Readonly<Record<WeightProduct, "rows" | "cols">> = { y1: "cols", dy2: "cols", y3: "rows", dx: "rows" };
const products: readonly WeightProduct[] = ["y1", "y3", "dy2", "dx"];

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}

function createSparse(
  device: Device,
  weights: { readonly wIn: Parameter; readonly wOut: Parameter },
  { neurons, features }: FeedForwardOptions,
  sparsity: FeedForwardSparsity,
): SparseFeedForward {
  const preferred = leastCommonMultiple(sparsity.venom.v, device.segmentRows ?? 1);
  const sizes = routingSizes({ align: preferred, ...sparsity }, neurons, features);
  const packedWeights: Partial<Record<WeightProduct, PackedWeight>> = {};
  let maskBits = 0;
  for (const product of products) {
    const { operand, format } = sparsity.plan[product];
    if (operand !== "wIn" && operand !== "wOut") continue;
    const packed = device.packed24(neurons, features, axes[product]);
    packedWeights[product] = { parameter: weights[operand], format, packed, scale: 1 };
    if (format === "2:4 soft") maskBits += neurons * features;
  }
  return { sparsity, sizes, weights: packedWeights, means: device.tensor([sizes.experts, features], "f32"), maskBits };
}

/**
 * Allocates a feed-forward network, its weights zero.
 *
 * @param device Where it lives
 * @param name Prefix of the parameter names, such as `model.layers.0.mlp`
 * @param options Sizes and sparsity
 * @returns The network; {@linkcode disposeFeedForward} frees it
 * @throws {RangeError} If the neurons cannot be split into groups of four for every expert, or another size is out of bounds
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
  const { neurons, features, sparsity } = options;
  if (sparsity !== undefined) routingSizes(sparsity, neurons, features);
  const wIn = createParameter(device, `${name}.w_in`, [neurons, features]);
  const wOut = createParameter(device, `${name}.w_out`, [neurons, features]);
  const sparse = sparsity === undefined ? undefined : createSparse(device, { wIn, wOut }, options, sparsity);
  const statistics = {
    expertCounts: device.tensor([sparse?.sizes.experts ?? 1], "i32"),
    flips: device.tensor([1], "i32"),
    nonzero: device.tensor([1], "i32"),
  };
  return { wIn, wOut, neurons, features, sparse, statistics };
}
