import { checkInteger, checkMatrix } from "./_check.ts";
import { addEntries, type Rows } from "./_row_entries.ts";

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

/** Every cluster. */
export function allClusters(experts: number): Set<number> {
  return new Set(Array.from({ length: experts }, (_, expert) => expert));
}

/** Writes the means of some clusters of equal size; each sum runs in the order of the neurons. */
export function writeMeans(
  { weights, entries }: Rows,
  { neurons, features, experts }: ClusterShape,
  clusters: ReadonlySet<number>,
  expertOf: (neuron: number) => number,
  means: Float64Array,
): void {
  for (const expert of clusters) means.fill(0, expert * features, (expert + 1) * features);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const expert = expertOf(neuron);
    if (!clusters.has(expert)) continue;
    const target = expert * features;
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
  for (const expert of clusters) {
    for (let i = expert * features; i < (expert + 1) * features; i++) means[i] = (means[i] as number) / size;
  }
}

/** Means [experts, features] in float64 of clusters of equal size. */
export function averageClusters(rows: Rows, shape: ClusterShape, expertOf: (neuron: number) => number): Float64Array {
  const means = new Float64Array(shape.experts * shape.features);
  writeMeans(rows, shape, allClusters(shape.experts), expertOf, means);
  return means;
}
