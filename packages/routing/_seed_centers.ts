import { random } from "./_random.ts";

function squaredDistance(weights: Float32Array, a: number, b: number, features: number): number {
  let sum = 0;
  for (let c = 0; c < features; c++) {
    const difference = (weights[a * features + c] as number) - (weights[b * features + c] as number);
    sum += difference * difference;
  }
  return sum;
}

/** Index drawn with probability proportional to `distances`; the lowest free one when all distances are zero. */
function draw(distances: Float64Array, chosen: ReadonlySet<number>, uniform: number): number {
  const total = distances.reduce((sum, distance) => sum + distance, 0);
  if (total === 0) return distances.findIndex((_, neuron) => !chosen.has(neuron));
  let remaining = uniform * total;
  let last = 0;
  for (let neuron = 0; neuron < distances.length; neuron++) {
    const distance = distances[neuron] as number;
    if (distance === 0) continue;
    last = neuron;
    remaining -= distance;
    if (remaining < 0) return neuron;
  }
  return last; // rounding left a crumb of the total
}

/** k-means++ (Arthur and Vassilvitskii 2007): centers are distinct rows, far from each other by squared distance. */
export function seedCenters(
  weights: Float32Array,
  { neurons, features, experts, seed }: { neurons: number; features: number; experts: number; seed: number },
): Float64Array {
  const next = random(seed);
  const distances = new Float64Array(neurons).fill(Infinity);
  const chosen = new Set<number>();
  const centers = new Float64Array(experts * features);
  for (let expert = 0; expert < experts; expert++) {
    const uniform = next();
    const center = expert === 0 ? Math.floor(uniform * neurons) : draw(distances, chosen, uniform);
    chosen.add(center);
    centers.set(weights.subarray(center * features, (center + 1) * features), expert * features);
    if (expert === experts - 1) break;
    for (let neuron = 0; neuron < neurons; neuron++) {
      const distance = squaredDistance(weights, neuron, center, features);
      if (distance < (distances[neuron] as number)) distances[neuron] = distance;
    }
  }
  return centers;
}
