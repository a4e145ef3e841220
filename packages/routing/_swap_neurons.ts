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
