import { tileNeurons } from "./_tile_neurons.ts";
import type { RouterName } from "./router.ts";
import type { SparsityPlanName } from "./sparsity_plans.ts";
import { venomExperts, type VenomFormat } from "./venom_format.ts";

/** Clusters that a plan wants; a plan that is not named wants one for a token, as the paper has it. */
const wantedClusters: Readonly<Partial<Record<SparsityPlanName, number>>> = { beyond: 16 };

/** What the neurons of a cluster have in common: their input weights (the paper), or the tokens that activate them. */
export type ClusterBasis = "weights" | "activations";

/** Clusters of a plan. */
export interface PlanRouting {
  /** Format of routed activations; `m / 4` clusters. */
  readonly venom: VenomFormat;
  /** Clusters that a token visits. */
  readonly expertsPerToken: number;
  /** Who chooses them. */
  readonly router: RouterName;
  /** By what neurons are clustered. */
  readonly clusters: ClusterBasis;
}

/**
 * How a plan routes at the work of a V:N:M format with one cluster a token. `beyond` cuts the neurons into 16 clusters
 * or more and gives a token as many of them as one larger cluster would be: 16 choose 4 is the work of the paper's M =
 * 16. Where these are no whole tiles of 128 neurons and another number near is, it takes that one; where none is, one
 * that leaves whole groups of four. On the rows of the sorted tokens, of which a token has one for every cluster that
 * it visits, the activations are V:N:M with the larger M. Which clusters they are it finds from all of y1, as Algorithm
 * 1 of the paper computes it: y1 is then executed for all neurons. So that they hold most of the energy of a token, its
 * clusters are of neurons that the same tokens activate.
 *
 * @param plan Name of the plan
 * @param venom The format with one cluster a token
 * @param neurons F, where it is known
 * @returns Format and clusters of a token; other plans get what they were given, and 1
 * @throws {RangeError} If `m` is not a multiple of 4
 *
 * @example Sixteen clusters at the work of four, and of eight
 * ```ts
 * import { planRouting, routedFraction, sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const routing = planRouting("beyond", venomFormats["87.5"]);
 * assertEquals(routing.venom, { v: 64, n: 2, m: 64 });
 * assertEquals([routing.expertsPerToken, routing.router, routing.clusters], [4, "energy", "activations"]);
 * assertEquals(routedFraction(sparsityPlans.beyond, routing), routedFraction(sparsityPlans.paper));
 * assertEquals(planRouting("beyond", venomFormats["93.75"]).expertsPerToken, 2);
 * assertEquals(planRouting("beyond", venomFormats["87.5"], 3072).expertsPerToken, 3); // 12 clusters of 256 neurons
 * assertEquals(planRouting("beyond", { v: 64, n: 2, m: 24 }, 3072).expertsPerToken, 2); // the same clusters
 * ```
 */
export function planRouting(plan: SparsityPlanName, venom: VenomFormat, neurons?: number): PlanRouting {
  const wanted = Math.max(1, (wantedClusters[plan] ?? 1) / venomExperts(venom));
  const expertsPerToken = wanted === 1 || neurons === undefined
    ? Math.ceil(wanted)
    : inWholeClusters(wanted, neurons / venomExperts(venom));
  const choice = plan === "beyond"
    ? { router: "energy", clusters: "activations" } as const
    : { router: "cosine", clusters: "weights" } as const;
  return { venom: { ...venom, m: venom.m * expertsPerToken }, expertsPerToken, ...choice };
}

/**
 * The number nearest to the wanted one, from half to twice of it, that cuts these neurons into whole tiles; where none
 * does, into whole groups of four.
 */
function inWholeClusters(wanted: number, neurons: number): number {
  const distance = (count: number) => Math.abs(Math.log(count / wanted));
  const near = Array.from({ length: 2 * wanted }, (_, i) => i + 1)
    .filter((count) => 2 * count >= wanted)
    .toSorted((a, b) => distance(a) - distance(b));
  const cutInto = (width: number) => near.find((count) => neurons % (count * width) === 0);
  return cutInto(tileNeurons) ?? cutInto(4) ?? Math.ceil(wanted);
}
