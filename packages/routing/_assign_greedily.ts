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
 * Neurons choose their cheapest cluster that has room, those first who would lose most by their second choice (ties: lowest
 * neuron, lowest cluster). When a cluster is full, the neurons left over choose again among the rest: at most E rounds.
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
