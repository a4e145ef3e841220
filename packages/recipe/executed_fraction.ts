import { checkInteger } from "./_check.ts";
import type { FfnProduct } from "./ffn_products.ts";
import { type RouterName, routers } from "./router.ts";
import { isRouted, type SparsityPlan } from "./sparsity_plan.ts";
import { venomExperts, type VenomFormat, venomFormats } from "./venom_format.ts";

/** How the router of a plan works. */
export interface RoutingOptions {
  /** Format of routed activations. Default: 64:2:16. */
  readonly venom?: VenomFormat;
  /** Clusters that each token visits (top-k of the router), at most `m / 4`. Default: 1. */
  readonly expertsPerToken?: number;
  /** Who chooses the clusters. Default: cosine. */
  readonly router?: RouterName;
}

/**
 * Fraction of the neurons that each token visits: `expertsPerToken / (m / 4)` for a routed plan, else 1.
 *
 * @param plan The plan
 * @param options Format and top-k
 * @returns A fraction in (0, 1]
 * @throws {RangeError} If `m` is not a multiple of 4 or `expertsPerToken` is not in [1, m / 4]
 *
 * @example Route among four clusters
 * ```ts
 * import { routedFraction, sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(routedFraction(sparsityPlans.paper), 1 / 4);
 * assertEquals(routedFraction(sparsityPlans.w1), 1);
 * ```
 */
export function routedFraction(plan: SparsityPlan, options: RoutingOptions = {}): number {
  const experts = venomExperts(options.venom ?? venomFormats["87.5"]);
  const expertsPerToken = options.expertsPerToken ?? 1;
  checkInteger(expertsPerToken, "expertsPerToken", 1, "count routed neurons");
  if (expertsPerToken > experts) {
    throw new RangeError(
      `Cannot count routed neurons as expertsPerToken must be <= m / 4 = ${experts}: current value is ` +
        `${expertsPerToken}`,
    );
  }
  return isRouted(plan) ? expertsPerToken / experts : 1;
}

/**
 * Fraction of the neurons for which a product is computed: {@linkcode routedFraction}, and 1 for y1 where the router
 * needs all of them.
 *
 * @param plan The plan
 * @param product The product
 * @param options Format, top-k and router
 * @returns A fraction in (0, 1]
 * @throws {RangeError} If `m` is not a multiple of 4 or `expertsPerToken` is not in [1, m / 4]
 *
 * @example A router that chooses by all of y1
 * ```ts
 * import { computedFraction, sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(computedFraction(sparsityPlans.paper, "y1", { router: "energy" }), 1);
 * assertEquals(computedFraction(sparsityPlans.paper, "y3", { router: "energy" }), 1 / 4);
 * ```
 */
export function computedFraction(plan: SparsityPlan, product: FfnProduct, options: RoutingOptions = {}): number {
  const { needsAllNeurons } = routers[options.router ?? "cosine"];
  const fraction = routedFraction(plan, options);
  return product === "y1" && needsAllNeurons ? 1 : fraction;
}

/**
 * Executed FLOPs of a product divided by those of the dense product.
 *
 * It is {@linkcode computedFraction} times 1/2 if the product's format is `2:4`, `2:4 soft` or `venom`. So:
 *
 * - 2:4 without a router: 1/2. The sparse tensor core multiplies the two kept values of four.
 * - V:N:M: 1/E · 1/2 = N/M, as M = 4E and N = 2.
 * - A 2:4 weight in a routed plan (y1 and dy2 of the paper's recipe): also 1/E · 1/2, because only the columns that the
 *   router keeps are computed. Algorithm 1 of the paper, read literally, computes all columns of y1 and masks: that is
 *   1/2, and so it is with the router `energy`.
 *
 * Padding of the segments of tokens is not counted.
 *
 * @param plan The plan
 * @param product The product
 * @param options Format, top-k and router
 * @returns A fraction in (0, 1]
 * @throws {RangeError} If `m` is not a multiple of 4 or `expertsPerToken` is not in [1, m / 4]
 *
 * @example Count the work of 64:2:16
 * ```ts
 * import { executedFraction, sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(executedFraction(sparsityPlans.paper, "y3"), 2 / 16);
 * assertEquals(executedFraction(sparsityPlans.w1, "y1"), 1 / 2);
 * assertEquals(executedFraction(sparsityPlans.w1, "y3"), 1);
 * ```
 */
export function executedFraction(plan: SparsityPlan, product: FfnProduct, options: RoutingOptions = {}): number {
  const { format } = plan[product];
  const halves = format === "none" || format === "columns" ? 1 : 1 / 2;
  return computedFraction(plan, product, options) * halves;
}
