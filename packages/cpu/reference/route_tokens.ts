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
    const scores = Array.from({ length: count }, (_, e) => {
      const score = dot(input, t * features, directions, e * features, features);
      return Number.isNaN(score) ? -Infinity : score;
    });
    // A stable sort: equal scores stay in the order of their index.
    const ranked = scores.map((_, expert) => expert).sort((a, b) => compare(scores[b] ?? 0, scores[a] ?? 0));
    result.set(ranked.slice(0, slots), t * slots);
  }
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
