/** What the total cost loses when each of these neurons, of one cluster, goes to another one. */
function gainsOf(costs: Float64Array, experts: number, neurons: Int32Array, from: number, to: number): Float64Array {
  const gains = new Float64Array(neurons.length);
  for (let i = 0; i < neurons.length; i++) {
    const row = (neurons[i] as number) * experts;
    gains[i] = (costs[row + from] as number) - (costs[row + to] as number);
  }
  return gains;
}

/** The most that a neuron of a cluster gains when it goes to another one. */
function largestGain(costs: Float64Array, experts: number, neurons: Int32Array, from: number, to: number): number {
  let most = -Infinity;
  for (let i = 0; i < neurons.length; i++) {
    const row = (neurons[i] as number) * experts;
    const gain = (costs[row + from] as number) - (costs[row + to] as number);
    if (gain > most) most = gain;
  }
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
function swapBetween(
  costs: Float64Array,
  members: readonly Int32Array[],
  [a, b]: readonly [number, number],
  [bestOfA, bestOfB]: readonly [number, number],
): void {
  const [ofA, ofB] = [members[a] as Int32Array, members[b] as Int32Array];
  const gainsOfA = gainsOf(costs, members.length, ofA, a, b);
  const gainsOfB = gainsOf(costs, members.length, ofB, b, a);
  const fromB = ranked(ofB, gainsOfB, bestOfA);
  for (const [i, left] of ranked(ofA, gainsOfA, bestOfB).entries()) {
    const right = fromB[i];
    if (right === undefined || !((gainsOfA[left] as number) + (gainsOfB[right] as number) > 0)) break;
    [ofA[left], ofB[right]] = [ofB[right] as number, ofA[left] as number];
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
  const members = membersOf(assignment, experts);
  // Most pairs of clusters have nothing to exchange, which their largest gains tell: NaN where not known.
  const largest = new Float64Array(experts * experts).fill(NaN);
  const largestOf = (from: number, to: number): number => {
    const known = largest[from * experts + to] as number;
    if (!Number.isNaN(known)) return known;
    const gain = largestGain(costs, experts, members[from] as Int32Array, from, to);
    largest[from * experts + to] = gain;
    return gain;
  };
  const swapAll = (): boolean => {
    let swapped = false;
    for (let a = 0; a < experts; a++) {
      for (let b = a + 1; b < experts; b++) {
        const best = [largestOf(a, b), largestOf(b, a)] as const;
        if (!(best[0] + best[1] > 0)) continue;
        swapped = true;
        swapBetween(costs, members, [a, b], best);
        for (const expert of [a, b]) largest.fill(NaN, expert * experts, (expert + 1) * experts);
      }
    }
    return swapped;
  };
  for (let round = 0; round < MAXIMUM_ROUNDS && swapAll();) round++;
  const changed = new Set<number>();
  for (const [expert, neurons] of members.entries()) {
    for (const neuron of neurons) {
      if (assignment[neuron] !== expert) changed.add(expert);
      assignment[neuron] = expert;
    }
  }
  return changed;
}
