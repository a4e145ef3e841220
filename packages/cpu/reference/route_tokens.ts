import type { RouteTokensArguments } from "@beyond24/device";
import { dot } from "./_attention_rows.ts";
import { floats, integers } from "./_host_storage.ts";
import { rankExperts } from "./_rank_experts.ts";

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
    result.set(rankExperts(scores).slice(0, slots), t * slots);
  }
}
