import { checkInteger, checkKind } from "./_check.ts";
import { assignGreedily } from "./_assign_greedily.ts";
import { allClusters, averageClusters, checkClusters, writeMeans } from "./_clusters.ts";
import { rowEntries, type Rows } from "./_row_entries.ts";
import { seedCenters } from "./_seed_centers.ts";
import { swapNeurons } from "./_swap_neurons.ts";
import { writeCosts } from "./_write_costs.ts";

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
  /**
   * Cluster of each neuron as it is now [neurons], to cluster again: refined, it competes with the new clusters, so
   * that clustering again never ends with a larger sum of squared distances than what was there.
   */
  readonly present?: Int32Array;
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
  let index = 0; // a loop, as a callback for every weight takes as long as the means
  while (index < weights.length && Number.isFinite(weights[index])) index++;
  if (index === weights.length) return;
  throw new RangeError(
    `Cannot cluster neurons as weights must be finite: current value at neuron ${Math.floor(index / features)} is ` +
      `${weights[index]}`,
  );
}

function clusterOrder(assignment: Int32Array): Int32Array<ArrayBuffer> {
  const order = Int32Array.from(assignment, (_, neuron) => neuron);
  return order.sort((a, b) => (assignment[a] as number) - (assignment[b] as number) || a - b);
}

function checkPresent(present: Int32Array, { neurons, experts }: ClusterNeuronsOptions): void {
  checkKind(present, "Int32Array", "present", "cluster neurons");
  const room = new Int32Array(experts).fill(neurons / experts);
  const isEven = present.length === neurons && present.every((expert) => {
    const left = room[expert] ?? 0;
    room[expert] = left - 1;
    return left > 0;
  });
  if (isEven) return;
  throw new RangeError(
    `Cannot cluster neurons as present must give each of ${experts} clusters ${
      neurons / experts
    } of ${neurons} neurons: ` +
      "current value does not",
  );
}

/** Sum of squared distances of the neurons from the means of their clusters. */
function spread(rows: Rows, assignment: Int32Array, options: ClusterNeuronsOptions): number {
  const { weights } = rows;
  const { features } = options;
  const means = averageClusters(rows, options, (neuron) => assignment[neuron] as number);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const expert = assignment[Math.floor(i / features)] as number;
    sum += ((weights[i] as number) - (means[expert * features + i % features] as number)) ** 2;
  }
  return sum;
}

/** Clusters from k-means++ centers: the first assignment with its exchanges. */
function seedClusters(rows: Rows, options: ClusterNeuronsOptions): Int32Array<ArrayBuffer> {
  const { neurons, experts } = options;
  const { costs } = seedCenters(rows, options);
  const assignment = assignGreedily(costs, neurons, experts);
  swapNeurons(costs, experts, assignment);
  return assignment;
}

/**
 * Means and exchanges in turn, until nothing changes or after `rounds`: the sum of squared distances never grows. What
 * a round did not change keeps its means and distances in the next.
 */
function refine(
  rows: Rows,
  assignment: Int32Array<ArrayBuffer>,
  rounds: number,
  options: ClusterNeuronsOptions,
): Int32Array<ArrayBuffer> {
  const { neurons, features, experts } = options;
  const means = new Float64Array(experts * features);
  const costs = new Float64Array(neurons * experts);
  let changed = allClusters(experts);
  for (let round = 0; round < rounds && changed.size > 0; round++) {
    writeMeans(rows, options, changed, (neuron) => assignment[neuron] as number, means);
    writeCosts(rows, options, changed, means, costs);
    changed = swapNeurons(costs, experts, assignment);
  }
  return assignment;
}

/**
 * The better ones of new clusters and of the present ones, which are refined and stay as they are if even that is no
 * gain.
 */
function clusterAgain(
  rows: Rows,
  fresh: Int32Array<ArrayBuffer>,
  options: ClusterNeuronsOptions & { readonly present: Int32Array; readonly iterations: number },
): Int32Array<ArrayBuffer> {
  const { present, iterations } = options;
  const refined = refine(rows, Int32Array.from(present), iterations, options);
  const candidates = [Int32Array.from(present), refined, fresh];
  const sums = candidates.map((assignment) => spread(rows, assignment, options));
  return candidates[sums.indexOf(Math.min(...sums))] ?? refined;
}

/**
 * Splits neurons into clusters of exactly equal size by balanced k-means with squared L2 distance (paper, section 3.1,
 * Figure 4a; Algorithm 3).
 *
 * 1. **Seeding**: k-means++ on the rows, with random numbers from `seed`.
 * 2. **First assignment**: neurons take their nearest center that has room, in the order of what they would lose by
 *    their
 *    second choice (regret); when a cluster is full the rest choose again.
 * 3. **Refinement**: for every pair of clusters the neurons that gain most are exchanged, one for one, until no
 *    exchange of two
 *    neurons lowers the sum of squared distances.
 * 4. **Means**, then 3 again from the present assignment, until nothing changes or after `iterations` assignments. As
 *    only
 *    exchanges that gain are made, the sum of squared distances never grows.
 *
 * To cluster again pass the clusters as they are (`present`): they are refined by 4, and the better ones of old and new
 * are returned.
 *
 * Ties go to the lowest neuron and cluster; the same weights and seed give the same clusters on every machine. All sums
 * are float64. An iteration does at most about neurons · experts · features multiplications.
 *
 * @param weights Rows of neurons [neurons, features]: `wIn`
 * @param options Shape, number of clusters, seed
 * @returns Assignment, order and means
 * @throws {RangeError} If a size is out of bounds, `experts` does not divide `neurons`, a weight is not finite, or
 * present
 *   clusters are not of equal size
 * @throws {TypeError} If an array is of another type, or `weights` does not fit its shape
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
  const { features, seed, iterations = 20, present } = options;
  checkClusters(weights, options, "cluster neurons");
  checkInteger(seed, "seed", 0, "cluster neurons");
  checkInteger(iterations, "iterations", 1, "cluster neurons");
  checkFinite(weights, features);
  if (present !== undefined) checkPresent(present, options);
  const rows = { weights, entries: rowEntries(weights, options) };
  const fresh = refine(rows, seedClusters(rows, options), iterations - 1, options);
  const assignment = present === undefined ? fresh : clusterAgain(rows, fresh, { ...options, present, iterations });
  const means = averageClusters(rows, options, (neuron) => assignment[neuron] as number);
  return { assignment, order: clusterOrder(assignment), means: Float32Array.from(means) };
}
