import type { ClusterMeansArguments } from "@beyond24/device";
import { floats } from "./_host_storage.ts";

/** means[e] = the mean of the rows of cluster e, scaled to unit length. */
export function clusterMeans({ weights, means }: ClusterMeansArguments): void {
  const [neurons = 0, features = 0] = weights.shape;
  const [experts = 1] = means.shape;
  const input = floats(weights);
  const result = floats(means);
  const clusterSize = neurons / experts;
  const sums = new Float64Array(features);
  for (let expert = 0; expert < experts; expert++) {
    sums.fill(0);
    for (let row = expert * clusterSize; row < (expert + 1) * clusterSize; row++) {
      for (let d = 0; d < features; d++) sums[d] = (sums[d] ?? 0) + (input[row * features + d] ?? NaN);
    }
    // The direction of the sum is the direction of the mean.
    const length = Math.hypot(...sums);
    for (let d = 0; d < features; d++) result[expert * features + d] = length === 0 ? 0 : (sums[d] ?? NaN) / length;
  }
}
