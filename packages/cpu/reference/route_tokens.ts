import type { RouteTokensArguments } from "@beyond24/device";
import { dot } from "./_attention_rows.ts";
import { floats, integers } from "./_host_storage.ts";

/** experts[t] = the k experts of largest dot product, best first, ties to the lowest index. */
export function routeTokens({ x, means, experts }: RouteTokensArguments): void {
  const [tokens = 0, features = 0] = x.shape;
  const [count = 0] = means.shape;
  const [, slots = 1] = experts.shape;
  const input = floats(x);
  const directions = floats(means);
  const result = integers(experts);
  for (let t = 0; t < tokens; t++) {
    const scores = Array.from(
      { length: count },
      (_, e) => dot(input, t * features, directions, e * features, features),
    );
    for (let slot = 0; slot < slots; slot++) {
      const best = indexOfLargest(scores);
      result[t * slots + slot] = best;
      scores[best] = NaN;
    }
  }
}

/** The first of the largest; NaN marks what is taken (and loses). */
function indexOfLargest(scores: readonly number[]): number {
  let best = -1;
  scores.forEach((score, i) => {
    if (Number.isNaN(score)) return;
    if (best < 0 || score > (scores[best] ?? NaN)) best = i;
  });
  return Math.max(best, 0);
}
