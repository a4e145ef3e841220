import type { Parameter } from "@beyond24/autograd";
import type { Device, Tensor } from "@beyond24/device";
import { isRouted } from "@beyond24/recipe";
import { clusterNeurons } from "@beyond24/routing";
import type { FeedForward } from "./feed_forward.ts";

/** How {@linkcode clusterFeedForward} runs. */
export interface ClusterFeedForwardOptions {
  /** Seed of the clustering. */
  readonly seed: number;
  /** Most rounds of k-means. Default: that of `clusterNeurons`. */
  readonly iterations?: number;
  /** Whether the rows lie in clusters already, which are refined unless new ones are closer. Default: false. */
  readonly clustered?: boolean;
  /** Tensors whose rows belong to the rows of a parameter and are permuted along: the optimizer's moments. */
  readonly companions?: (parameter: Parameter) => readonly Tensor[];
}

/**
 * Clusters the neurons by balanced k-means over the rows of `wIn` (paper, section 3.1, the offline phase) and makes
 * each cluster a contiguous range of rows. It waits for the host. A network without a router is left as it is.
 *
 * @param device Where the network lives
 * @param layer The network
 * @param options Seed, rounds, companions
 *
 * @example Cluster
 * ```ts
 * import { clusterFeedForward, createFeedForward } from "@beyond24/ffn";
 * import { writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 8 } } as const;
 * const layer = createFeedForward(device, "mlp", { neurons: 8, features: 4, sparsity });
 * writeParameter(device, layer.wIn, Float32Array.from({ length: 32 }, (_, i) => Math.floor(i / 4) % 2)); // alternate
 * await clusterFeedForward(device, layer, { seed: 1 });
 * const clustered = await device.read(layer.wIn.weight);
 * assertEquals(new Set(clustered.slice(0, 16)).size, 1);
 * ```
 */
export async function clusterFeedForward(
  device: Device,
  layer: FeedForward,
  options: ClusterFeedForwardOptions,
): Promise<void> {
  const { sparse, neurons, features } = layer;
  if (sparse === undefined || !isRouted(sparse.sparsity.plan)) return;
  const weights = await device.read(layer.wIn.weight);
  if (!(weights instanceof Float32Array)) throw new TypeError("Cannot cluster neurons as weights must be floats");
  const { seed, iterations, clustered = false, companions } = options;
  const { experts } = sparse.sizes;
  const inOrder = () => Int32Array.from({ length: neurons }, (_, neuron) => Math.floor(neuron * experts / neurons));
  const { order } = clusterNeurons(weights, {
    neurons,
    features,
    experts,
    seed,
    ...(iterations === undefined ? {} : { iterations }),
    ...(clustered ? { present: inOrder() } : {}),
  });
  const isProbing = sparse.router.name === "probe";
  const probedFirst = isProbing
    ? longestFirst(order, weights, { features, width: neurons / sparse.sizes.experts })
    : order;
  permuteNeurons(device, layer, Int32Array.from(probedFirst), companions);
}

/**
 * The neurons of every cluster by falling length of their input weights: for tokens of every direction the longest have
 * the most energy, so that a router sees the most of a cluster from its first neurons.
 */
function longestFirst(
  order: Int32Array,
  weights: Float32Array,
  { features, width }: { readonly features: number; readonly width: number },
): Int32Array {
  const length = (neuron: number): number =>
    weights.subarray(neuron * features, (neuron + 1) * features).reduce((sum, weight) => sum + weight ** 2, 0);
  const lengths = Array.from({ length: order.length }, (_, neuron) => length(neuron));
  const sorted = Int32Array.from(order);
  for (let first = 0; first < order.length; first += width) {
    sorted.subarray(first, first + width).sort((a, b) => (lengths[b] ?? NaN) - (lengths[a] ?? NaN) || a - b);
  }
  return sorted;
}

function permuteRows(device: Device, tensor: Tensor, order: Tensor, scratch: Tensor): void {
  device.kernels.gatherRows({ x: tensor, order, out: scratch });
  device.kernels.copy({ x: scratch, out: tensor });
}

/**
 * Permutes neurons: row i of `wIn`, of `wOut` and of their companions becomes what row `order[i]` was. The function of
 * the network does not change.
 *
 * @param device Where the network lives
 * @param layer The network
 * @param order A permutation of the neurons, F integers
 * @param companions Tensors that are permuted along
 *
 * @example Swap two neurons
 * ```ts
 * import { createFeedForward, permuteNeurons } from "@beyond24/ffn";
 * import { writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const layer = createFeedForward(device, "mlp", { neurons: 2, features: 1 });
 * writeParameter(device, layer.wIn, new Float32Array([1, 2]));
 * permuteNeurons(device, layer, new Int32Array([1, 0]));
 * assertEquals(await device.read(layer.wIn.weight), new Float32Array([2, 1]));
 * ```
 */
export function permuteNeurons(
  device: Device,
  layer: FeedForward,
  order: Int32Array,
  companions: (parameter: Parameter) => readonly Tensor[] = () => [],
): void {
  const orderTensor = device.tensor([layer.neurons], "i32");
  const scratch = device.tensor([layer.neurons, layer.features], "f32");
  device.write(orderTensor, order);
  for (const parameter of [layer.wIn, layer.wOut]) {
    const { weight, value } = parameter;
    for (const tensor of [weight, ...companions(parameter)]) permuteRows(device, tensor, orderTensor, scratch);
    if (value !== weight) device.kernels.copy({ x: weight, out: value });
    parameter.version++;
  }
  // Their rows are other neurons now: mask bits of before and after say nothing about each other.
  for (const packed of Object.values(layer.sparse?.weights ?? {})) packed.version = undefined;
  device.free(scratch);
  device.free(orderTensor);
}
