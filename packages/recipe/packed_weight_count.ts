import type { SparsityPlan } from "./sparsity_plan.ts";

/**
 * How many packed copies of its two weights an FFN layer keeps under a plan: one for each product whose sparse operand is a
 * weight, as each wants its own along its own axis.
 *
 * @param plan The plan
 * @returns 0 to 4
 *
 * @example The paper's recipe packs one of each weight
 * ```ts
 * import { packedWeightCount, sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(packedWeightCount(sparsityPlans.paper), 2);
 * ```
 */
export function packedWeightCount(plan: SparsityPlan): number {
  return Object.values(plan).filter(({ operand }) => operand === "wIn" || operand === "wOut").length;
}
