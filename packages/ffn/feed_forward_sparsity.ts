import {
  checkSparsityPlan,
  type ClusterBasis,
  isRouted,
  type RouterName,
  routers,
  type SparsityPlan,
  venomExperts,
  type VenomFormat,
} from "@beyond24/recipe";

/** How the FFN of a sparse step is computed. */
export interface FeedForwardSparsity {
  /** The sparse operand of each of the six products. */
  readonly plan: SparsityPlan;
  /** Format of routed activations: `m / 4` experts, segments padded to a multiple of `v` rows. */
  readonly venom: VenomFormat;
  /** Experts of a token (top-k of the router). Default 1. */
  readonly expertsPerToken?: number;
  /** Who chooses the experts of a token. Default `"cosine"`. */
  readonly router?: RouterName;
  /** By what neurons are clustered. Default `"weights"`. */
  readonly clusters?: ClusterBasis;
  /**
   * Rows to a multiple of which the segments of an expert are padded; a multiple of `venom.v`. Default: the least that
   * suits the device.
   */
  readonly align?: number;
  /**
   * Which four tokens of an expert, of several, a plan draws two of: `"spread"`, one from each quarter of them, or
   * `"sorted"`, those that follow each other. Default `"spread"`.
   */
  readonly tokenOrder?: "spread" | "sorted";
  /**
   * Factor on soft-thresholded weights: `"none"` (the paper's formula) or `"frozen"`, the beta of S-STE, computed once
   * from the initial weights and kept in checkpoints. Default `"none"`.
   */
  readonly softThresholdScale?: "none" | "frozen";
}

/** {@linkcode FeedForwardSparsity} with the numbers that follow from it. */
export interface RoutingSizes {
  /** E: clusters of neurons; 1 without a router. */
  readonly experts: number;
  /** k: experts of a token. */
  readonly expertsPerToken: number;
  /** Rows to a multiple of which segments are padded. */
  readonly align: number;
}

/** Clusters that a table of the vocabulary names in a byte each. */
const mostTableExperts = 256;

function refuse(rule: string, value: unknown): never {
  throw new RangeError(`Cannot use a sparse feed-forward network as ${rule}: current value is ${value}`);
}

/**
 * Checks a sparse configuration against the sizes of the network and gives the sizes of its router.
 *
 * @param sparsity The configuration
 * @param neurons F
 * @param features D
 * @returns Experts, experts of a token and alignment
 * @throws {TypeError} If the plan is not legal
 * @throws {RangeError} If F is not divisible by four times the experts, D not by 4, or another size is out of bounds
 *
 * @example Look up the sizes of the paper's recipe
 * ```ts
 * import { routingSizes } from "@beyond24/ffn";
 * import { sparsityPlans, venomFormats } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const sparsity = { plan: sparsityPlans.paper, venom: venomFormats["87.5"] };
 * assertEquals(routingSizes(sparsity, 8192, 2048), { experts: 4, expertsPerToken: 1, align: 64 });
 * ```
 */
export function routingSizes(sparsity: FeedForwardSparsity, neurons: number, features: number): RoutingSizes {
  checkSparsityPlan(sparsity.plan);
  const experts = isRouted(sparsity.plan) ? venomExperts(sparsity.venom) : 1;
  const { router = "cosine" } = sparsity;
  if (!Object.hasOwn(routers, router)) refuse(`router must be one of ${Object.keys(routers).join(", ")}`, router);
  if (routers[router].needsTokens && experts > mostTableExperts) {
    refuse(`m must be at most ${4 * mostTableExperts} where the router chooses by token`, sparsity.venom.m);
  }
  const { expertsPerToken = 1, align = sparsity.venom.v } = sparsity;
  if (neurons % (4 * experts) !== 0) refuse(`dFfn must be a multiple of 4 · ${experts} experts`, neurons);
  if (features % 4 !== 0) refuse("dModel must be a multiple of 4", features);
  if (!(Number.isInteger(expertsPerToken) && expertsPerToken >= 1 && expertsPerToken <= experts)) {
    refuse(`expertsPerToken must be 1 to ${experts}`, expertsPerToken);
  }
  if (!(align > 0 && align % 4 === 0 && align % sparsity.venom.v === 0)) {
    refuse(`align must be a multiple of 4 and of v = ${sparsity.venom.v}`, align);
  }
  return { experts, expertsPerToken, align };
}
