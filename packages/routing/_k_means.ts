import type { ClusterShape } from "./_clusters.ts";
import { dotRows } from "./_dot_rows.ts";
import { seededRandom } from "./seeded_random.ts";

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
  { neurons, features, experts, seed }: ClusterShape & { readonly seed: number },
): Float64Array {
  const next = seededRandom(seed);
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

/** The best open cluster of a neuron and what it would cost to take the second best instead. */
interface Wish {
  readonly neuron: number;
  readonly expert: number;
  readonly regret: number;
}

function wishOf(costs: Float64Array, neuron: number, room: Int32Array): Wish {
  let expert = -1;
  let best = Infinity;
  let second = Infinity;
  for (let candidate = 0; candidate < room.length; candidate++) {
    if (room[candidate] === 0) continue;
    const cost = costs[neuron * room.length + candidate] as number;
    if (expert < 0 || cost < best) [expert, second, best] = [candidate, best, cost];
    else if (cost < second) second = cost;
  }
  return { neuron, expert, regret: second - best };
}

/**
 * Gives every neuron a cluster so that all clusters have the same size.
 *
 * Neurons choose their cheapest cluster that has room, those first who would lose most by their second choice (ties:
 * lowest neuron, lowest cluster). When a cluster is full, the neurons left over choose again among the rest: at most E
 * rounds.
 */
export function assignGreedily(costs: Float64Array, neurons: number, experts: number): Int32Array<ArrayBuffer> {
  const assignment = new Int32Array(neurons);
  const room = new Int32Array(experts).fill(neurons / experts);
  let waiting = Array.from({ length: neurons }, (_, neuron) => neuron);
  while (waiting.length > 0) {
    const wishes = waiting.map((neuron) => wishOf(costs, neuron, room));
    // The comparison of two infinite regrets (one cluster left) must not be NaN.
    wishes.sort((a, b) => a.regret === b.regret ? a.neuron - b.neuron : b.regret - a.regret);
    const filled = wishes.findIndex(({ neuron, expert }) => {
      assignment[neuron] = expert;
      const left = (room[expert] as number) - 1;
      room[expert] = left;
      return left === 0;
    });
    waiting = wishes.slice(filled + 1).map(({ neuron }) => neuron).sort((a, b) => a - b);
  }
  return assignment;
}

function membersOf(assignment: Int32Array, expert: number): number[] {
  const members: number[] = [];
  for (let neuron = 0; neuron < assignment.length; neuron++) if (assignment[neuron] === expert) members.push(neuron);
  return members;
}

/** Exchanges the neurons of two clusters that gain most by it, pair by pair, while a pair gains anything. */
function swapBetween(costs: Float64Array, experts: number, assignment: Int32Array, a: number, b: number): boolean {
  const gain = (neuron: number, from: number, to: number) =>
    (costs[neuron * experts + from] as number) - (costs[neuron * experts + to] as number);
  const ranked = (from: number, to: number) =>
    membersOf(assignment, from)
      .map((neuron) => ({ neuron, gain: gain(neuron, from, to) }))
      .sort((left, right) => right.gain - left.gain || left.neuron - right.neuron);
  const fromA = ranked(a, b);
  const fromB = ranked(b, a);
  let swapped = false;
  for (let i = 0; i < fromA.length; i++) {
    const left = fromA[i];
    const right = fromB[i];
    if (left === undefined || right === undefined || !(left.gain + right.gain > 0)) break;
    assignment[left.neuron] = b;
    assignment[right.neuron] = a;
    swapped = true;
  }
  return swapped;
}

/** Enough for every case seen; the cap only guards against rounding that goes in circles. */
const MAXIMUM_ROUNDS = 100;

/**
 * Lowers the total cost of an assignment by exchanging neurons between pairs of clusters, which keeps the sizes.
 *
 * At the end no exchange of one neuron for another lowers it. A ring over three clusters might.
 */
export function swapNeurons(costs: Float64Array, experts: number, assignment: Int32Array): boolean {
  let changed = false;
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    let swapped = false;
    for (let a = 0; a < experts; a++) {
      for (let b = a + 1; b < experts; b++) {
        if (swapBetween(costs, experts, assignment, a, b)) swapped = true;
      }
    }
    if (!swapped) return changed;
    changed = true;
  }
  return changed;
}
