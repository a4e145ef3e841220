import { ffnProductNames } from "./ffn_products.ts";
import type { SparsityPlan } from "./sparsity_plan.ts";

/**
 * Whether a plan needs the router, that is, clusters of neurons.
 *
 * @param plan The plan
 * @returns True if some product has the format `venom` or `columns`
 *
 * @example Tell the plans with a router
 * ```ts
 * import { isRouted, sparsityPlans } from "@beyond24/recipe";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(isRouted(sparsityPlans.paper));
 * assertFalse(isRouted(sparsityPlans.w1));
 * ```
 */
export function isRouted(plan: SparsityPlan): boolean {
  return ffnProductNames.some((name) => plan[name].format === "venom" || plan[name].format === "columns");
}
