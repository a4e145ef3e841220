import type { RouteEnergiesArguments } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";
import { rankExperts } from "./_rank_experts.ts";

/** experts[t] = the k experts of largest energy, best first, ties to the lowest index. */
export function routeEnergies({ y, clusters, experts, share }: RouteEnergiesArguments): void {
  const [tokens = 0, columns = 0] = y.shape;
  const [, slots = 1] = experts.shape;
  const probes = columns / clusters;
  const input = floats(y);
  const [chosen, shares] = [integers(experts), floats(share)];
  for (let t = 0; t < tokens; t++) {
    const energies = Array.from({ length: clusters }, (_, e) => {
      const first = t * columns + e * probes;
      return input.subarray(first, first + probes).reduce((sum, value) => sum + Math.max(value, 0) ** 2, 0);
    });
    const best = rankExperts(energies).slice(0, slots);
    chosen.set(best, t * slots);
    const total = energies.reduce((sum, energy) => sum + energy, 0);
    const held = best.reduce((sum, expert) => sum + (energies[expert] ?? NaN), 0);
    shares[t] = total > 0 ? held / total : 1;
  }
}
