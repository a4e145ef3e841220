import type { Parameter } from "@beyond24/autograd";
import {
  allParts,
  type Collectives,
  type Device,
  gatherParts,
  ownPart,
  partedTensor,
  soloCollectives,
  type Tensor,
} from "@beyond24/device";
import { isRouted } from "@beyond24/recipe";
import { clusterNeurons, type ClusterNeuronsOptions, type NeuronClusters } from "@beyond24/routing";
import { activationRows } from "./_activation_rows.ts";
import type { FeedForward } from "./feed_forward.ts";

/** What `clusterNeurons` does, here or elsewhere: to the same bits, and with the same errors. */
export type NeuronClustering = (
  weights: Float32Array,
  options: ClusterNeuronsOptions,
) => NeuronClusters | Promise<NeuronClusters>;

/** How {@linkcode clusterFeedForward} runs. */
export interface ClusterFeedForwardOptions {
  /** Seed of the clustering. */
  readonly seed: number;
  /** Most rounds of k-means. Default: that of `clusterNeurons`. */
  readonly iterations?: number;
  /** Whether the rows lie in clusters already, which are refined unless new ones are closer. Default: false. */
  readonly clustered?: boolean;
  /** Tokens as the network gets them [T, D], to cluster neurons by their activations on them. */
  readonly inputs?: Tensor | undefined;
  /**
   * Tensors of the shape of the master weights of a parameter whose rows are permuted along: the optimizer's moments.
   */
  readonly companions?: (parameter: Parameter) => readonly Tensor[];
  /** The ranks that train the network; all call it, and rank 0's clusters become those of all. Default: one. */
  readonly collectives?: Collectives;
  /** What finds the clusters. Default: `clusterNeurons`, here. */
  readonly cluster?: NeuronClustering;
}

/**
 * Clusters the neurons by balanced k-means and makes each cluster a contiguous range of rows: k-means over the rows of
 * `wIn` (paper, section 3.1, the offline phase), or, where the sparsity has `clusters: "activations"`, over relu(y1) of
 * each neuron on some tokens, scaled to length 1, so that a cluster is of neurons that the same tokens activate. It
 * waits for the host. A network without a router is left as it is.
 *
 * @param device Where the network lives
 * @param layer The network
 * @param options Seed, rounds, companions; tokens for activations
 * @throws {TypeError} If neurons are clustered by activations and there are no tokens
 * @throws {RangeError} If a weight or an activation is not finite
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
  const finish = await startClustering(device, layer, options);
  await finish();
}

/**
 * The first half of {@linkcode clusterFeedForward}: it reads the rows and lets their clusters be found. So those of
 * several layers are, at the same time, where `cluster` is elsewhere.
 *
 * @param device Where the network lives
 * @param layer The network
 * @param options Seed, rounds, companions; tokens for activations
 * @returns The second half, which waits for the clusters and permutes the neurons
 * @throws {TypeError} If neurons are clustered by activations and there are no tokens
 * @throws {RangeError} If a weight or an activation is not finite; the second half may be what throws it
 *
 * @example Two networks
 * ```ts
 * import { createFeedForward, startClustering } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans } from "@beyond24/recipe";
 * import { clusterNeurons } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 8 } } as const;
 * const layers = ["a", "b"].map((name) => createFeedForward(device, name, { neurons: 8, features: 4, sparsity }));
 * const events: string[] = [];
 * const cluster = async (...rows: Parameters<typeof clusterNeurons>) => {
 *   events.push("start");
 *   await new Promise((resolve) => setTimeout(resolve)); // a thread of its own, say
 *   events.push("end");
 *   return clusterNeurons(...rows);
 * };
 * const halves = [];
 * for (const layer of layers) halves.push(await startClustering(device, layer, { seed: 1, cluster }));
 * for (const finish of halves) await finish();
 * assertEquals(events, ["start", "start", "end", "end"]);
 * ```
 */
export async function startClustering(
  device: Device,
  layer: FeedForward,
  options: ClusterFeedForwardOptions,
): Promise<() => Promise<void>> {
  const { sparse, neurons, features } = layer;
  if (sparse === undefined || !isRouted(sparse.sparsity.plan)) return () => Promise.resolve();
  const { seed, iterations, clustered = false, inputs, companions, collectives = soloCollectives } = options;
  const { cluster = clusterNeurons } = options;
  const { experts } = sparse.sizes;
  const inOrder = () => Int32Array.from({ length: neurons }, (_, neuron) => Math.floor(neuron * experts / neurons));
  const weights = () => readMasters(device, layer.wIn, collectives);
  const { rows, width } = sparse.sparsity.clusters === "activations"
    ? await activationRows(device, layer, checkInputs(inputs))
    : { rows: await weights(), width: features };
  const found = cluster(rows, {
    neurons,
    features: width,
    experts,
    seed,
    ...(iterations === undefined ? {} : { iterations }),
    ...(clustered ? { present: inOrder() } : {}),
  });
  if (found instanceof Promise) found.catch(() => {}); // the second half throws it, which other layers may come before
  return async () => {
    const { order } = await found;
    const probedFirst = sparse.router.name === "probe"
      ? longestFirst(order, await weights(), { features, width: neurons / experts })
      : order;
    await permuteNeurons(device, layer, Int32Array.from(probedFirst), { companions, collectives });
  };
}

function checkInputs(inputs: Tensor | undefined): Tensor {
  if (inputs !== undefined) return inputs;
  throw new TypeError(
    "Cannot cluster neurons by their activations as there are no tokens to see them on: pass them, or choose " +
      'clusters "weights"',
  );
}

/** The master weights of all ranks. */
async function readMasters(
  device: Device,
  { weight, shape, share }: Parameter,
  collectives: Collectives,
): Promise<Float32Array> {
  const whole = share.isSharded ? await gatherParts(device, weight, shape, collectives) : weight;
  const values = await device.read(whole);
  if (share.isSharded) device.free(allParts(whole, share.size));
  if (values instanceof Float32Array) return values;
  throw new TypeError("Cannot cluster neurons as weights must be floats: current value is a tensor of integers");
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

/** What {@linkcode permuteNeurons} needs besides the order. */
export interface PermuteNeuronsOptions {
  /** Tensors of the shape of the master weights of a parameter that are permuted along. Default: none. */
  readonly companions?: ((parameter: Parameter) => readonly Tensor[]) | undefined;
  /** The ranks that train the network; all call it, and rank 0's order becomes that of all. Default: one. */
  readonly collectives?: Collectives;
}

/**
 * Permutes neurons: row i of `wIn`, of `wOut` and of their companions becomes what row `order[i]` was. The function of
 * the network does not change.
 *
 * @param device Where the network lives
 * @param layer The network
 * @param order A permutation of the neurons, F integers
 * @param options Tensors that are permuted along, and the ranks
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
 * await permuteNeurons(device, layer, new Int32Array([1, 0]));
 * assertEquals(await device.read(layer.wIn.weight), new Float32Array([2, 1]));
 * ```
 */
export async function permuteNeurons(
  device: Device,
  layer: FeedForward,
  order: Int32Array,
  { companions = () => [], collectives = soloCollectives }: PermuteNeuronsOptions = {},
): Promise<void> {
  const { neurons, features } = layer;
  const { kernels } = device;
  const orderTensor = device.tensor([neurons], "i32");
  const scratch = partedTensor(device, [neurons, features], "f32", collectives.size);
  device.write(orderTensor, order);
  await collectives.broadcast([orderTensor], 0);
  for (const parameter of [layer.wIn, layer.wOut]) {
    const { weight, value, shape, share } = parameter;
    // A neuron may leave the part of a rank for that of another, so sharded rows are permuted where all lie together.
    for (const tensor of [...companions(parameter), weight]) {
      const whole = share.isSharded ? await gatherParts(device, tensor, shape, collectives) : tensor;
      kernels.gatherRows({ x: whole, order: orderTensor, out: scratch });
      kernels.copy({ x: share.isSharded ? ownPart(scratch, share) : scratch, out: tensor });
      if (share.isSharded) device.free(allParts(whole, share.size));
    }
    if (value !== weight) kernels.copy({ x: scratch, out: value }); // the weights came last
    parameter.version++;
  }
  // Their rows are other neurons now: mask bits of before and after say nothing about each other.
  for (const packed of Object.values(layer.sparse?.weights ?? {})) packed.version = undefined;
  device.free(allParts(scratch, collectives.size));
  device.free(orderTensor);
}
