import { reshape, type RouteTokensArguments, type Tensor } from "@beyond24/device";
import source from "./route_tokens.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { matmul } from "./matmul.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Scores are a product of means and tokens; then one invocation a token ranks them. */
export function routeTokens(launcher: Launcher, { x, means, experts }: RouteTokensArguments): void {
  const [count = 0] = x.shape;
  const [expertCount = 0] = means.shape;
  const scores = reshape(launcher.scratch("routeTokens", expertCount * count, "f32"), [expertCount, count]);
  matmul(launcher, { a: means, b: x, transposeB: true, out: scores });
  rankExperts(launcher, scores, experts);
}

/** experts[t] = the k best experts of a token from scores [E, T]; one invocation a token. */
export function rankExperts(launcher: Launcher, scores: Tensor, experts: Tensor): void {
  const [expertCount = 0, count = 0] = scores.shape;
  const [, slots = 1] = experts.shape;
  launchElements(launcher, {
    kernel: "routeTokens",
    source,
    tensors: { scores: reads(scores), experts: writes(experts) },
    integers: { expert_count: expertCount, slots },
    count,
  });
}
