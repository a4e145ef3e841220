/** Experts by falling score: equal scores stay in the order of their index, NaN is the lowest. */
export function rankExperts(scores: readonly number[]): number[] {
  const counted = scores.map((score) => Number.isNaN(score) ? -Infinity : score);
  return counted.map((_, expert) => expert).sort((a, b) => compare(counted[b] ?? 0, counted[a] ?? 0));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
