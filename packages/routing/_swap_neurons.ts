/** The neurons of clusters of equal size, and the most that one of a cluster gains by going to another one. */
class Clusters {
  readonly members: readonly Int32Array[];
  readonly #costs: Float64Array;
  readonly #experts: number;
  /** Largest gains [experts, experts] from cluster to cluster, NaN where not known. */
  readonly #largest: Float64Array;

  constructor(costs: Float64Array, experts: number, assignment: Int32Array) {
    this.members = membersOf(assignment, experts);
    this.#costs = costs;
    this.#experts = experts;
    this.#largest = new Float64Array(experts * experts).fill(NaN);
  }

  /** What the total cost loses when a neuron of one cluster goes to another. */
  gain(neuron: number, from: number, to: number): number {
    const row = neuron * this.#experts;
    return (this.#costs[row + from] as number) - (this.#costs[row + to] as number);
  }

  largestGain(from: number, to: number): number {
    const place = from * this.#experts + to;
    const known = this.#largest[place] as number;
    if (!Number.isNaN(known)) return known;
    const neurons = this.members[from] as Int32Array;
    let most = -Infinity;
    for (let i = 0; i < neurons.length; i++) {
      const gain = this.gain(neurons[i] as number, from, to);
      if (gain > most) most = gain;
    }
    this.#largest[place] = most;
    return most;
  }

  /** Puts a neuron in the place of one that leaves its cluster. */
  replace(expert: number, place: number, neuron: number): void {
    const neurons = this.members[expert] as Int32Array;
    const left = neurons[place] as number;
    neurons[place] = neuron;
    for (let to = 0; to < this.#experts; to++) {
      const at = expert * this.#experts + to;
      const most = this.#largest[at] as number;
      const gain = this.gain(neuron, expert, to);
      if (this.gain(left, expert, to) >= most) this.#largest[at] = NaN;
      else if (gain > most) this.#largest[at] = gain;
    }
  }
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

/** A neuron that may go to another cluster. */
interface Mover {
  readonly neuron: number;
  /** Where it is in its cluster. */
  readonly place: number;
  readonly gain: number;
}

/** The neurons that gain anything with a partner of this gain, those that gain most first. */
function ranked(clusters: Clusters, from: number, to: number, partner: number): Mover[] {
  const neurons = clusters.members[from] as Int32Array;
  const found: Mover[] = [];
  for (let place = 0; place < neurons.length; place++) {
    const neuron = neurons[place] as number;
    const gain = clusters.gain(neuron, from, to);
    if (gain + partner > 0) found.push({ neuron, place, gain });
  }
  return found.sort((left, right) => right.gain - left.gain || left.neuron - right.neuron);
}

/** Exchanges the neurons of two clusters that gain most by it, pair by pair, while a pair gains anything. */
function swapBetween(clusters: Clusters, a: number, b: number): boolean {
  const [bestOfA, bestOfB] = [clusters.largestGain(a, b), clusters.largestGain(b, a)];
  // Most pairs of clusters have nothing to exchange, and the others little: only that is sorted.
  if (!(bestOfA + bestOfB > 0)) return false;
  const fromB = ranked(clusters, b, a, bestOfA);
  for (const [i, left] of ranked(clusters, a, b, bestOfB).entries()) {
    const right = fromB[i];
    if (right === undefined || !(left.gain + right.gain > 0)) break;
    clusters.replace(a, left.place, right.neuron);
    clusters.replace(b, right.place, left.neuron);
  }
  return true;
}

/** Enough for every case seen; the cap only guards against rounding that goes in circles. */
const MAXIMUM_ROUNDS = 100;

/**
 * Lowers the total cost of an assignment by exchanging neurons between pairs of clusters, which keeps the sizes.
 *
 * At the end no exchange of one neuron for another lowers it. A ring over three clusters might.
 *
 * @returns The clusters that have other neurons now
 */
export function swapNeurons(costs: Float64Array, experts: number, assignment: Int32Array): Set<number> {
  const clusters = new Clusters(costs, experts, assignment);
  const swapAll = (): boolean => {
    let swapped = false;
    for (let a = 0; a < experts; a++) {
      for (let b = a + 1; b < experts; b++) if (swapBetween(clusters, a, b)) swapped = true;
    }
    return swapped;
  };
  let round = 0;
  while (round < MAXIMUM_ROUNDS && swapAll()) round++;
  const changed = new Set<number>();
  for (const [expert, neurons] of clusters.members.entries()) {
    for (const neuron of neurons) {
      if (assignment[neuron] !== expert) changed.add(expert);
      assignment[neuron] = expert;
    }
  }
  return changed;
}
