// experts[t] = the k experts of largest energy: the sum over the probes of a cluster of relu(y)^2.
// Arguments: y, experts, share, tokens, clusters, probes of a cluster, k.
import { choose } from "./route_tokens";
import { address, argument, scratch, shareEnd, shareStart } from "./runtime";
import { madd, sumLanes } from "./simd";

function energy(y: usize, probes: i32): f32 {
  const zero = f32x4.splat(0);
  let sums = zero, i = 0;
  for (; i + 4 <= probes; i += 4) {
    const v = f32x4.max(v128.load(y + (<usize>i << 2)), zero);
    sums = madd(v, v, sums);
  }
  let sum = sumLanes(sums);
  for (; i < probes; i++) {
    const v = max(load<f32>(y + (<usize>i << 2)), <f32>0);
    sum += v * v;
  }
  return sum;
}

export function routeEnergies(): void {
  const y = address(0), experts = address(1), share = address(2), tokens = argument(3);
  const clusters = argument(4), probes = argument(5), slots = argument(6);
  const scores = scratch, kept = scratch + (<usize>clusters << 2);
  for (let t = shareStart(tokens), end = shareEnd(tokens); t < end; t++) {
    const row = y + (<usize>(t * clusters * probes) << 2), chosen = experts + (<usize>(t * slots) << 2);
    let total: f32 = 0, held: f32 = 0;
    for (let e = 0; e < clusters; e++) {
      const value = energy(row + (<usize>(e * probes) << 2), probes), o = <usize>e << 2;
      store<f32>(scores + o, value);
      store<f32>(kept + o, value);
      total += value;
    }
    choose(scores, clusters, chosen, slots);
    for (let slot = 0; slot < slots; slot++) {
      held += load<f32>(kept + (<usize>load<i32>(chosen + (<usize>slot << 2)) << 2));
    }
    store<f32>(share + (<usize>t << 2), total > 0 ? held / total : 1);
  }
}
