import type { ClusterShape } from "./_clusters.ts";
import { dotRows } from "./_dot_rows.ts";
import { type RowEntries, type Rows, transposeEntries } from "./_row_entries.ts";
import { seededRandom } from "./seeded_random.ts";

function squaredDistance(weights: Float32Array, neuron: number, center: Float32Array): number {
  const row = neuron * center.length;
  let sum = 0;
  for (let c = 0; c < center.length; c++) {
    const difference = (weights[row + c] as number) - (center[c] as number);
    sum += difference * difference;
  }
  return sum;
}

function squaredLengths(weights: Float32Array, features: number): Float64Array {
  const lengths = new Float64Array(weights.length / features);
  for (let neuron = 0; neuron < lengths.length; neuron++) {
    let sum = 0;
    for (let i = neuron * features; i < (neuron + 1) * features; i++) sum += (weights[i] as number) ** 2;
    lengths[neuron] = sum;
  }
  return lengths;
}

/**
 * Writes the products of all neurons with a center, by its columns that are not zero: in the order of the columns as in
 * `dotRows`, whose bits these are.
 */
function dotColumns({ starts, columns: neurons, values }: RowEntries, center: Float32Array, products: Float64Array) {
  products.fill(0);
  for (let c = 0; c < center.length; c++) {
    const factor = center[c] as number;
    if (factor === 0) continue;
    for (let i = starts[c] as number; i < (starts[c + 1] as number); i++) {
      const neuron = neurons[i] as number;
      products[neuron] = (products[neuron] as number) + factor * (values[i] as number);
    }
  }
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

/** What tells a neuron's distance from a center without a look at either. */
interface Forms {
  /** Squared lengths of all neurons. */
  readonly lengths: Float64Array;
  /** Products of all neurons with the center. */
  readonly products: Float64Array;
  /** The neuron that is the center. */
  readonly chosen: number;
}

/** Lowers the squared distances of neurons from their nearest center to those from a new one. */
function lowerDistances(
  weights: Float32Array,
  center: Float32Array,
  { lengths, products, chosen }: Forms,
  distances: Float64Array,
): void {
  const rounding = center.length * 2 ** -50; // twice what sums of either form may be off by
  for (let neuron = 0; neuron < distances.length; neuron++) {
    const nearest = distances[neuron] as number;
    // Most are too far, which |x - c|² = |x|² + |c|² - 2 x · c tells. Equal rows are zero apart by the sum alone.
    const both = (lengths[neuron] as number) + (lengths[chosen] as number);
    if (both - 2 * (products[neuron] as number) > nearest + rounding * both) continue;
    const distance = squaredDistance(weights, neuron, center);
    if (distance < nearest) distances[neuron] = distance;
  }
}

/** Centers of {@linkcode seedCenters}. */
export interface SeedCenters {
  /** The neurons whose rows they are [experts]. */
  readonly chosen: readonly number[];
  /** Squared distances [neurons, experts] from them, as of `writeCosts`. */
  readonly costs: Float64Array;
}

/** k-means++ (Arthur and Vassilvitskii 2007): centers are distinct rows, far from each other by squared distance. */
export function seedCenters(
  { weights, entries }: Rows,
  { neurons, features, experts, seed }: ClusterShape & { readonly seed: number },
): SeedCenters {
  const next = seededRandom(seed);
  const byColumn = entries && transposeEntries(entries, features);
  const lengths = squaredLengths(weights, features);
  const distances = new Float64Array(neurons).fill(Infinity);
  const products = new Float64Array(neurons);
  const costs = new Float64Array(neurons * experts);
  const drawn = new Set<number>();
  for (let expert = 0; expert < experts; expert++) {
    const uniform = next();
    const chosen = expert === 0 ? Math.floor(uniform * neurons) : draw(distances, drawn, uniform);
    drawn.add(chosen);
    const center = weights.slice(chosen * features, (chosen + 1) * features);
    if (byColumn === undefined) dotRows(center, 0, weights, features, products);
    else dotColumns(byColumn, center, products);
    for (let neuron = 0; neuron < neurons; neuron++) {
      costs[neuron * experts + expert] = (lengths[chosen] as number) - 2 * (products[neuron] as number);
    }
    if (expert < experts - 1) lowerDistances(weights, center, { lengths, products, chosen }, distances);
  }
  return { chosen: [...drawn], costs };
}
