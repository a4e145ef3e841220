import type { ClusterShape } from "./_clusters.ts";
import { dotRows } from "./_dot_rows.ts";
import { dotEntries, type RowEntries } from "./_row_entries.ts";
import { seededRandom } from "./seeded_random.ts";

function squaredDistance(weights: Float32Array, a: number, b: number, features: number): number {
  const [rowA, rowB] = [a * features, b * features];
  let sum = 0;
  for (let c = 0; c < features; c++) {
    const difference = (weights[rowA + c] as number) - (weights[rowB + c] as number);
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

/**
 * Squared distances [neurons, experts] less the squared length of the neuron, which no choice depends on. With the
 * entries of rows that are mostly zero it takes less time, to the same bits.
 */
export function distanceCosts(
  weights: Float32Array,
  centers: Float64Array,
  { neurons, features, experts }: ClusterShape,
  entries?: RowEntries,
): Float64Array {
  const lengths = new Float64Array(experts);
  for (let i = 0; i < centers.length; i++) {
    const expert = Math.floor(i / features);
    lengths[expert] = (lengths[expert] as number) + (centers[i] as number) ** 2;
  }
  const costs = new Float64Array(neurons * experts);
  const row = new Float64Array(experts);
  for (let neuron = 0; neuron < neurons; neuron++) {
    if (entries === undefined) dotRows(weights, neuron * features, centers, features, row);
    else dotEntries(entries, neuron, centers, features, row);
    const start = neuron * experts;
    for (let expert = 0; expert < experts; expert++) {
      costs[start + expert] = (lengths[expert] as number) - 2 * (row[expert] as number);
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

/** What the total cost loses when each of these neurons, of one cluster, goes to another one. */
function gainsOf(costs: Float64Array, experts: number, neurons: Int32Array, from: number, to: number): Float64Array {
  const gains = new Float64Array(neurons.length);
  for (let i = 0; i < neurons.length; i++) {
    const row = (neurons[i] as number) * experts;
    gains[i] = (costs[row + from] as number) - (costs[row + to] as number);
  }
  return gains;
}

function largest(values: Float64Array): number {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > most) most = values[i] as number;
  return most;
}

/** Places of the neurons that gain anything with a partner of this gain, those that gain most first. */
function ranked(neurons: Int32Array, gains: Float64Array, partner: number): number[] {
  const places: number[] = [];
  for (let i = 0; i < gains.length; i++) if ((gains[i] as number) + partner > 0) places.push(i);
  return places.sort((left, right) =>
    (gains[right] as number) - (gains[left] as number) || (neurons[left] as number) - (neurons[right] as number)
  );
}

/** Exchanges the neurons of two clusters that gain most by it, pair by pair, while a pair gains anything. */
function swapBetween(costs: Float64Array, members: readonly Int32Array[], a: number, b: number): boolean {
  const [ofA, ofB] = [members[a], members[b]];
  if (ofA === undefined || ofB === undefined) return false;
  const gainsOfA = gainsOf(costs, members.length, ofA, a, b);
  const gainsOfB = gainsOf(costs, members.length, ofB, b, a);
  const [bestOfA, bestOfB] = [largest(gainsOfA), largest(gainsOfB)];
  // Most pairs of clusters have nothing to exchange, and the others little: only that is sorted.
  if (!(bestOfA + bestOfB > 0)) return false;
  const fromB = ranked(ofB, gainsOfB, bestOfA);
  for (const [i, left] of ranked(ofA, gainsOfA, bestOfB).entries()) {
    const right = fromB[i];
    if (right === undefined || !((gainsOfA[left] as number) + (gainsOfB[right] as number) > 0)) break;
    [ofA[left], ofB[right]] = [ofB[right] as number, ofA[left] as number];
  }
  return true;
}

/** The neurons of every cluster. */
function membersOf(assignment: Int32Array, experts: number): Int32Array[] {
  const members = Array.from({ length: experts }, () => new Int32Array(assignment.length / experts));
  const counts = new Int32Array(experts);
  for (const [neuron, expert] of assignment.entries()) {
    const place = counts[expert] as number;
    (members[expert] as Int32Array)[place] = neuron;
    counts[expert] = place + 1;
  }
  return members;
}

/** Enough for every case seen; the cap only guards against rounding that goes in circles. */
const MAXIMUM_ROUNDS = 100;

/**
 * Lowers the total cost of an assignment by exchanging neurons between pairs of clusters, which keeps the sizes.
 *
 * At the end no exchange of one neuron for another lowers it. A ring over three clusters might.
 */
export function swapNeurons(costs: Float64Array, experts: number, assignment: Int32Array): boolean {
  const members = membersOf(assignment, experts);
  let changed = false;
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    let swapped = false;
    for (let a = 0; a < experts; a++) {
      for (let b = a + 1; b < experts; b++) {
        if (swapBetween(costs, members, a, b)) swapped = true;
      }
    }
    if (!swapped) break;
    changed = true;
  }
  for (const [expert, neurons] of members.entries()) for (const neuron of neurons) assignment[neuron] = expert;
  return changed;
}
