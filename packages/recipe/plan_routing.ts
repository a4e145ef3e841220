import type { RouterName } from "./router.ts";
import type { SparsityPlanName } from "./sparsity_plans.ts";
import { venomExperts, type VenomFormat } from "./venom_format.ts";

/** Clusters that a plan wants at least; a plan that is not named wants one for a token, as the paper has it. */
const leastClusters: Readonly<Partial<Record<SparsityPlanName, number>>> = { beyond: 16 };

/** Clusters of a plan. */
export interface PlanRouting {
  /** Format of routed activations; `m / 4` clusters. */
  readonly venom: VenomFormat;
  /** Clusters that a token visits. */
  readonly expertsPerToken: number;
  /** Who chooses them. */
  readonly router: RouterName;
}

/**
 * How a plan routes at the work of a V:N:M format with one cluster a token. `beyond` cuts the neurons into at least 16
 * clusters and gives a token as many of them as one larger cluster would be: 16 choose 4 is the work of the paper's M =
 * 16. On the rows of the sorted tokens, of which a token has one for every cluster that it visits, the activations are
 * V:N:M with the larger M. Which clusters they are it finds from all of y1, as Algorithm 1 of the paper computes it: y1
 * is then executed for all neurons.
 *
 * @param plan Name of the plan
 * @param venom The format with one cluster a token
 * @returns Format and clusters of a token; other plans get what they were given, and 1
 * @throws {RangeError} If `m` is not a multiple of 4
 *
 * @example Sixteen clusters at the work of four, and of eight
 * ```ts
 * import { planRouting, routedFraction, sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const routing = planRouting("beyond", venomFormats["87.5"]);
 * assertEquals(routing, { venom: { v: 64, n: 2, m: 64 }, expertsPerToken: 4, router: "energy" });
 * assertEquals(routedFraction(sparsityPlans.beyond, routing), routedFraction(sparsityPlans.paper));
 * assertEquals(planRouting("beyond", venomFormats["93.75"]).expertsPerToken, 2);
 * ```
 */
export function planRouting(plan: SparsityPlanName, venom: VenomFormat): PlanRouting {
  const expertsPerToken = Math.max(1, Math.ceil((leastClusters[plan] ?? 1) / venomExperts(venom)));
  const router = plan === "beyond" ? "energy" : "cosine";
  return { venom: { ...venom, m: venom.m * expertsPerToken }, expertsPerToken, router };
}
