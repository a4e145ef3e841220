import type { ClusterShape } from "./_clusters.ts";
import { dotRows } from "./_dot_rows.ts";

/** Squared distances [neurons, experts] less the squared length of the neuron, which no choice depends on. */
export function distanceCosts(
  weights: Float32Array,
  centers: Float64Array,
  { neurons, features, experts }: ClusterShape,
): Float64Array {
  const lengths = new Float64Array(experts);
  for (let i = 0; i < centers.length; i++) {
    const expert = Math.floor(i / features);
    lengths[expert] = (lengths[expert] as number) + (centers[i] as number) ** 2;
  }
  const costs = new Float64Array(neurons * experts);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const row = costs.subarray(neuron * experts, (neuron + 1) * experts);
    dotRows(weights, neuron * features, centers, features, row);
    for (let expert = 0; expert < experts; expert++) {
      row[expert] = (lengths[expert] as number) - 2 * (row[expert] as number);
    }
  }
  return costs;
}
