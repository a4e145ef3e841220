import { isRouted, sparsityPlans, venomExperts } from "@beyond24/recipe";
import type { RunConfig } from "../config/run_config.ts";
import { formatAmount } from "./format.ts";

/**
 * How the sparse steps of a run are computed, in words.
 *
 * @param sparsity Its keys of the sparsity
 * @returns The plan, blocks and experts of one that has a router, who chooses them, and layers that stay dense
 *
 * @example A preset
 * ```ts
 * import { describeSparsity, presetConfig } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describeSparsity(presetConfig("tiny").sparsity), "paper, 16:2:16, 4 experts, 1 for each token (router: cosine)");
 * ```
 */
export function describeSparsity(
  { plan, v, m, expertsPerToken, router, denseLayers }: Pick<
    RunConfig["sparsity"],
    "plan" | "v" | "m" | "expertsPerToken" | "router" | "denseLayers"
  >,
): string {
  const experts = formatAmount(venomExperts({ v, n: 2, m }), "expert");
  const chosen = `${expertsPerToken} for each token (router: ${router})`;
  return [
    plan,
    ...(isRouted(sparsityPlans[plan]) ? [`${v}:2:${m}`, experts, chosen] : []),
    ...(denseLayers > 0 ? [`the first ${denseLayers === 1 ? "layer" : `${denseLayers} layers`} dense`] : []),
  ].join(", ");
}
