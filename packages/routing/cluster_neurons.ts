import { assignGreedily } from "./_assign_greedily.ts";
import { checkInteger } from "./_check.ts";
import { averageClusters, checkClusters } from "./_clusters.ts";
import { distanceCosts } from "./_distance_costs.ts";
import { seedCenters } from "./_seed_centers.ts";
import { swapNeurons } from "./_swap_neurons.ts";

/** What {@linkcode clusterNeurons} splits. */
export interface ClusterNeuronsOptions {
  /** Rows of the weights. */
  readonly neurons: number;
  /** Columns of the weights. */
  readonly features: number;
  /** Number of clusters, a divisor of `neurons`. */
  readonly experts: number;
  /** Any integer >= 0; its low 32 bits start the random numbers of the seeding. */
  readonly seed: number;
  /** Most assignments to try; it ends before when nothing changes. Default: 20. */
  readonly iterations?: number;
}

/** Clusters of equal size. */
export interface NeuronClusters {
  /** Cluster of each neuron [neurons]. */
  readonly assignment: Int32Array<ArrayBuffer>;
  /** Neuron at each place when clusters are contiguous [neurons]: by cluster, and by neuron within one. */
  readonly order: Int32Array<ArrayBuffer>;
  /** Mean row of each cluster [experts, features]. */
  readonly means: Float32Array<ArrayBuffer>;
}

function checkFinite(weights: Float32Array, features: number): void {
  const index = weights.findIndex((weight) => !Number.isFinite(weight));
  if (index < 0) return;
  throw new RangeError(
    `Cannot cluster neurons as weights must be finite: current value at neuron ${Math.floor(index / features)} is ` +
      `${weights[index]}`,
  );
}

function clusterOrder(assignment: Int32Array): Int32Array<ArrayBuffer> {
  const order = Int32Array.from(assignment, (_, neuron) => neuron);
  return order.sort((a, b) => (assignment[a] as number) - (assignment[b] as number) || a - b);
}

/**
 * Splits neurons into clusters of exactly equal size by balanced k-means with squared L2 distance (paper, section 3.1,
 * Figure 4a; Algorithm 3).
 *
 * 1. **Seeding**: k-means++ on the rows, with random numbers from `seed`.
 * 2. **First assignment**: neurons take their nearest center that has room, in the order of what they would lose by their
 *    second choice (regret); when a cluster is full the rest choose again.
 * 3. **Refinement**: for every pair of clusters the neurons that gain most are exchanged, one for one, until no exchange of two
 *    neurons lowers the sum of squared distances.
 * 4. **Means**, then 3 again from the present assignment, until nothing changes or after `iterations` assignments. As only
 *    exchanges that gain are made, the sum of squared distances never grows.
 *
 * Ties go to the lowest neuron and cluster; the same weights and seed give the same clusters on every machine. All sums are
 * float64. An iteration does about neurons · experts · features multiplications.
 *
 * @param weights Rows of neurons [neurons, features]: `wIn`
 * @param options Shape, number of clusters, seed
 * @returns Assignment, order and means
 * @throws {RangeError} If a size is out of bounds, `experts` does not divide `neurons`, or a weight is not finite
 * @throws {TypeError} If `weights` does not fit its shape
 *
 * @example Find two pairs
 * ```ts
 * import { clusterNeurons } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = Float32Array.of(1, 9, 1.5, 8);
 * const { assignment, means } = clusterNeurons(weights, { neurons: 4, features: 1, experts: 2, seed: 1 });
 * assertEquals(assignment[0], assignment[2]);
 * assertEquals(assignment[1], assignment[3]);
 * assertEquals([...means].sort(), [1.25, 8.5]);
 * ```
 */
export function clusterNeurons(weights: Float32Array, options: ClusterNeuronsOptions): NeuronClusters {
  const { neurons, features, experts, seed, iterations = 20 } = options;
  checkClusters(weights, options, "cluster neurons");
  checkInteger(seed, "seed", 0, "cluster neurons");
  checkInteger(iterations, "iterations", 1, "cluster neurons");
  checkFinite(weights, features);
  let centers = seedCenters(weights, options);
  let assignment: Int32Array<ArrayBuffer> | undefined;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const costs = distanceCosts(weights, centers, options);
    const first = assignment === undefined;
    assignment ??= assignGreedily(costs, neurons, experts);
    const changed = swapNeurons(costs, experts, assignment);
    if (!first && !changed) break;
    const present = assignment;
    centers = averageClusters(weights, options, (neuron) => present[neuron] as number);
  }
  assignment ??= new Int32Array(neurons);
  return { assignment, order: clusterOrder(assignment), means: Float32Array.from(centers) };
}
