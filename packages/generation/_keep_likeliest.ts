import { sumOf } from "./_sum_of.ts";

/** Intervals of weights, narrower towards 0, where most tokens of a vocabulary are. */
const INTERVALS = 1024;

/**
 * Leaves the `topK` largest weights, and of these the fewest that hold the part `topP` of their sum: the lower indices
 * of equals. All others become 0. It takes a few passes over the weights, however many are left.
 *
 * @param weights From 0 to 1 each
 * @param topK How many; 0 is all
 * @param topP Above 0; 1 is all
 */
export function keepLikeliest(weights: Float64Array, topK: number, topP: number): void {
  if (topK > 0 && topK < weights.length) keepUpTo(weights, countOne, topK);
  if (topP < 1) keepUpTo(weights, weigh, topP * sumOf(weights));
}

/** What a running total is of. */
type Measure = (weight: number) => number;
const countOne: Measure = () => 1;
const weigh: Measure = (weight) => weight;

/** Leaves the fewest largest weights whose measures add up to what is wanted. */
function keepUpTo(weights: Float64Array, measure: Measure, wanted: number): void {
  const intervals = new Uint16Array(weights.length);
  const sums = new Float64Array(INTERVALS);
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? NaN;
    // What is out already, most of a vocabulary behind `topK`.
    if (weight === 0) continue;
    const interval = intervalOf(weight);
    intervals[index] = interval;
    sums[interval] = (sums[interval] ?? NaN) + measure(weight);
  }
  let [interval, left] = [INTERVALS - 1, wanted];
  for (; interval > 0 && left > (sums[interval] ?? NaN); interval--) left -= sums[interval] ?? NaN;
  const within = membersOf(weights, intervals, interval);
  let count = 0;
  while (count < within.length && left > 0) left -= measure(within[count++] ?? NaN);
  keepLargest(weights, within.subarray(0, count));
}

/** The fourth root gives weights below a thousandth a sixth of all intervals. */
function intervalOf(weight: number): number {
  return Math.floor((INTERVALS - 1) * Math.sqrt(Math.sqrt(weight)));
}

/** The weights in an interval, the largest first. */
function membersOf(weights: Float64Array, intervals: Uint16Array, interval: number): Float64Array {
  const members: number[] = [];
  for (let index = 0; index < weights.length; index++) {
    if (intervals[index] === interval) members.push(weights[index] ?? NaN);
  }
  return Float64Array.from(members).sort().reverse();
}

/** Leaves these weights and all that are larger, the lower indices of equals. */
function keepLargest(weights: Float64Array, these: Float64Array): void {
  const smallest = these.at(-1) ?? 0;
  let room = these.length - these.indexOf(smallest);
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? NaN;
    if (weight > smallest || weight === smallest && room-- > 0) continue;
    weights[index] = 0;
  }
}
