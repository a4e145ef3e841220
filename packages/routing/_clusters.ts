import { checkInteger, checkMatrix } from "./_check.ts";
import { addEntries, type RowEntries } from "./_row_entries.ts";

/** Sizes of weights and clusters. */
export interface ClusterShape {
  readonly neurons: number;
  readonly features: number;
  readonly experts: number;
}

/** Throws unless the weights fit their shape and split into clusters of equal size. */
export function checkClusters(weights: Float32Array, shape: ClusterShape, action: string): void {
  const { neurons, features, experts } = shape;
  checkInteger(neurons, "neurons", 1, action);
  checkInteger(features, "features", 1, action);
  checkInteger(experts, "experts", 1, action);
  checkMatrix(weights, neurons, features, "weights", action);
  if (neurons % experts === 0) return;
  throw new RangeError(
    `Cannot ${action} as the number of experts must divide ${neurons} neurons: current value is ${experts}`,
  );
}

/** Means [experts, features] in float64 of clusters of equal size; each sum runs in the order of the neurons. */
export function averageClusters(
  weights: Float32Array,
  { neurons, features, experts }: ClusterShape,
  expertOf: (neuron: number) => number,
  entries?: RowEntries,
): Float64Array {
  const means = new Float64Array(experts * features);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const target = expertOf(neuron) * features;
    if (entries !== undefined) {
      addEntries(entries, neuron, means, target);
      continue;
    }
    const source = neuron * features;
    for (let c = 0; c < features; c++) {
      means[target + c] = (means[target + c] as number) + (weights[source + c] as number);
    }
  }
  const size = neurons / experts;
  for (let i = 0; i < means.length; i++) means[i] = (means[i] as number) / size;
  return means;
}
