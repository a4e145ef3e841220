import { reshape, type RouteEnergiesArguments } from "@beyond24/device";
import energies from "./cluster_energies.wgsl" with { type: "text" };
import shares from "./energy_share.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { rankExperts } from "./route_tokens.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** One invocation a token and cluster sums its energy; then one a token ranks them, and one says what the best hold. */
export function routeEnergies(launcher: Launcher, { y, clusters, experts, share }: RouteEnergiesArguments): void {
  const [tokens = 0, columns = 0] = y.shape;
  const [, slots = 1] = experts.shape;
  const scores = reshape(launcher.scratch("routeEnergies", clusters * tokens, "f32"), [clusters, tokens]);
  launchElements(launcher, {
    kernel: "clusterEnergies",
    source: energies,
    tensors: { y: reads(y), scores: writes(scores) },
    integers: { clusters, probes: columns / clusters, tokens },
    count: clusters * tokens,
  });
  rankExperts(launcher, scores, experts);
  launchElements(launcher, {
    kernel: "energyShare",
    source: shares,
    tensors: { scores: reads(scores), experts: reads(experts), share: writes(share) },
    integers: { clusters, slots },
    count: tokens,
  });
}
