/** The best open cluster of a neuron, the second best, and what it would cost to take that instead. */
interface Wish {
  readonly neuron: number;
  readonly expert: number;
  readonly second: number;
  readonly regret: number;
}

function wishOf(costs: Float64Array, neuron: number, room: Int32Array): Wish {
  let [expert, best] = [-1, Infinity];
  let [second, secondBest] = [-1, Infinity];
  for (let candidate = 0; candidate < room.length; candidate++) {
    if (room[candidate] === 0) continue;
    const cost = costs[neuron * room.length + candidate] as number;
    if (expert < 0 || cost < best) [second, secondBest, expert, best] = [expert, best, candidate, cost];
    else if (cost < secondBest) [second, secondBest] = [candidate, cost];
  }
  return { neuron, expert, second, regret: secondBest - best };
}

/** Those first who lose most; the comparison of two infinite regrets (one cluster left) must not be NaN. */
function byRegret(a: Wish, b: Wish): number {
  return a.regret === b.regret ? a.neuron - b.neuron : b.regret - a.regret;
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
  let waiting = Array.from({ length: neurons }, (_, neuron) => wishOf(costs, neuron, room)).sort(byRegret);
  while (waiting.length > 0) {
    const filled = waiting.findIndex(({ neuron, expert }) => {
      assignment[neuron] = expert;
      const left = (room[expert] as number) - 1;
      room[expert] = left;
      return left === 0;
    });
    const full = waiting[filled]?.expert;
    // Only those who wanted the full cluster wish for something else; the others stay sorted, which `sort` makes use
    // of.
    const [still, again]: [Wish[], Wish[]] = [[], []];
    for (const wish of waiting.slice(filled + 1)) {
      if (wish.expert === full || wish.second === full) again.push(wishOf(costs, wish.neuron, room));
      else still.push(wish);
    }
    waiting = [...still, ...again.sort(byRegret)].sort(byRegret);
  }
  return assignment;
}
