import { averageClusters, checkClusters } from "./_clusters.ts";

/** Shape of the neurons that {@linkcode expertMeans} averages. */
export interface ExpertMeansOptions {
  /** Rows of the weights. */
  readonly neurons: number;
  /** Columns of the weights. */
  readonly features: number;
  /** Number of clusters, a divisor of `neurons`. */
  readonly experts: number;
}

/**
 * Means of the rows of each cluster, for weights whose rows are in cluster order: cluster e is rows
 * [e · neurons / experts, (e + 1) · neurons / experts).
 *
 * Training calls it before every sparse step, as the weights have changed since the clustering. Each element is a
 * float64 sum in the order of the rows, divided by their number and rounded to float32 once.
 *
 * @param weights Rows of neurons [neurons, features], in cluster order
 * @param options Shape
 * @returns Means [experts, features]
 * @throws {RangeError} If a size is not an integer >= 1 or `experts` does not divide `neurons`
 * @throws {TypeError} If `weights` is no `Float32Array` or does not fit its shape
 *
 * @example Average two clusters
 * ```ts
 * import { expertMeans } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = Float32Array.of(1, 3, 10, 20);
 * assertEquals(expertMeans(weights, { neurons: 4, features: 1, experts: 2 }), Float32Array.of(2, 15));
 * ```
 */
export function expertMeans(weights: Float32Array, options: ExpertMeansOptions): Float32Array<ArrayBuffer> {
  checkClusters(weights, options, "average neurons");
  const size = options.neurons / options.experts;
  return Float32Array.from(averageClusters({ weights }, options, (neuron) => Math.floor(neuron / size)));
}
