import { reshape, type RouteEnergiesArguments } from "@beyond24/device";
import { launchElements } from "./_launch_elements.ts";
import { rankExperts } from "./route_tokens.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One cluster's energy of one token: the sum over its probes of relu(y)^2, to scores [E, T]. */
const ENERGIES = wgsl`
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = index_of(id, groups);
    if (i >= args.count) {
      return;
    }
    let t = i / args.clusters;
    let e = i % args.clusters;
    var energy = 0.0;
    for (var p = 0u; p < args.probes; p++) {
      let y = load_y(i * args.probes + p);
      // As a choice and not as max(), which may drop a NaN.
      let positive = select(y, 0.0, y < 0.0);
      energy += positive * positive;
    }
    store_scores(e * args.tokens + t, energy);
  }
`;

/** The part of one token's energy, from scores [E, T], that its experts hold. */
const SHARES = wgsl`
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let t = index_of(id, groups);
    if (t >= args.count) {
      return;
    }
    var total = 0.0;
    for (var e = 0u; e < args.clusters; e++) {
      total += load_scores(e * args.count + t);
    }
    var held = 0.0;
    for (var slot = 0u; slot < args.slots; slot++) {
      held += load_scores(u32(load_experts(t * args.slots + slot)) * args.count + t);
    }
    store_share(t, select(held / total, 1.0, total == 0.0 || is_nan(total)));
  }
`;

/** One invocation a token and cluster sums its energy; then one a token ranks them, and one says what the best hold. */
export function routeEnergies(launcher: Launcher, { y, clusters, experts, share }: RouteEnergiesArguments): void {
  const [tokens = 0, columns = 0] = y.shape;
  const [, slots = 1] = experts.shape;
  const scores = reshape(launcher.scratch("routeEnergies", clusters * tokens, "f32"), [clusters, tokens]);
  launchElements(launcher, {
    kernel: "clusterEnergies",
    text: [ENERGIES],
    tensors: { y: reads(y), scores: writes(scores) },
    integers: { clusters, probes: columns / clusters, tokens },
    count: clusters * tokens,
  });
  rankExperts(launcher, scores, experts);
  launchElements(launcher, {
    kernel: "energyShare",
    text: [SHARES],
    tensors: { scores: reads(scores), experts: reads(experts), share: writes(share) },
    integers: { clusters, slots },
    count: tokens,
  });
}
