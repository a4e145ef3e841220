import { reshape, type RouteTokensArguments, type Tensor } from "@beyond24/device";
import { launchElements } from "./_launch_elements.ts";
import { matmul } from "./matmul.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** The best experts of one token from its scores [E, T]; a NaN is the lowest score, ties go to the lowest index. */
const TEXT = wgsl`
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let t = index_of(id, groups);
    if (t >= args.count) {
      return;
    }
    for (var slot = 0u; slot < args.slots; slot++) {
      var best = -1;
      var best_score = 0.0;
      for (var expert = 0; expert < i32(args.expert_count); expert++) {
        var is_taken = false;
        for (var earlier = 0u; earlier < slot; earlier++) {
          is_taken = is_taken || load_experts(t * args.slots + earlier) == expert;
        }
        let score = load_scores(u32(expert) * args.count + t);
        let counted = select(score, -3.402823e38, is_nan(score) || score < -3.402823e38);
        if (!is_taken && (best < 0 || counted > best_score)) {
          best = expert;
          best_score = counted;
        }
      }
      store_experts(t * args.slots + slot, best);
    }
  }
`;

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
    text: [TEXT],
    tensors: { scores: reads(scores), experts: writes(experts) },
    integers: { expert_count: expertCount, slots },
    count,
  });
}
