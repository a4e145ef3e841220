import { checkNumber, checkPositive } from "./_check.ts";
import { computedFraction, routedFraction, type RoutingOptions } from "./executed_fraction.ts";
import { type FfnProduct, ffnProductNames } from "./ffn_products.ts";
import type { SparseFormat, SparsityPlan } from "./sparsity_plan.ts";
import { sparsityPlans } from "./sparsity_plans.ts";

/** Time of the dense kernel divided by that of the sparse kernel, for each product. */
export type ProductSpeedups = Readonly<Record<FfnProduct, number>>;

/** Time of the dense kernel divided by that of the sparse kernel, for each format. */
export type FormatSpeedups = Readonly<Partial<Record<SparseFormat, number>>>;

/**
 * Gives every product of a plan the speed-up of its format; dense products get 1.
 *
 * @param plan The plan
 * @param speedups Speed-up of each format that the plan uses
 * @returns Speed-up of each product
 * @throws {RangeError} If the speed-up of a format in the plan is missing or not above 0
 *
 * @example Use the paper's kernel ratios
 * ```ts
 * import { productSpeedups, sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const speedups = productSpeedups(sparsityPlans.paper, { "2:4 soft": 1.5, "venom": 6 });
 * assertEquals(speedups, { y1: 1.5, y3: 6, dy2: 1.5, dwOut: 6, dx: 6, dwIn: 6 });
 * ```
 */
export function productSpeedups(plan: SparsityPlan, speedups: FormatSpeedups): ProductSpeedups {
  const of = (product: FfnProduct): number => {
    const { format } = plan[product];
    if (format === "none") return 1;
    const speedup = speedups[format] ?? NaN;
    checkPositive(speedup, `the speed-up of format ${format}`, "find speed-up of FFN products");
    return speedup;
  };
  return { y1: of("y1"), y3: of("y3"), dy2: of("dy2"), dwOut: of("dwOut"), dx: of("dx"), dwIn: of("dwIn") };
}

/**
 * Speed-up of a whole FFN, forward and backward, from those of its six products.
 *
 * The products do equally many dense FLOPs, so it is their harmonic mean, `6 / sum(1 / speedup)`. Time for routing,
 * packing and element-wise work is not in it: see `overhead` of {@linkcode endToEndSpeedup}.
 *
 * @param speedups Speed-up of each product
 * @returns Dense time divided by sparse time
 * @throws {RangeError} If a speed-up is not above 0
 *
 * @example Two products at 1.5x and four at 6x
 * ```ts
 * import { ffnSpeedup } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(ffnSpeedup({ y1: 1.5, y3: 6, dy2: 1.5, dwOut: 6, dx: 6, dwIn: 6 }), 3);
 * ```
 */
export function ffnSpeedup(speedups: ProductSpeedups): number {
  let time = 0;
  for (const product of ffnProductNames) {
    checkPositive(speedups[product], `the speed-up of ${product}`, "find speed-up of FFN");
    time += 1 / speedups[product];
  }
  return ffnProductNames.length / time;
}

/**
 * Speed-ups of kernels as the paper measures them: 2:4 at 1.5x, and Venom at 6x for 64:2:16 with one cluster a token.
 * Both are three quarters of what their executed work allows, and that is what is assumed of Venom at other M and
 * top-k. The router's columns alone are dense products of fewer neurons, in proportion faster.
 *
 * @param options Format and top-k
 * @returns Speed-up of each format
 * @throws {RangeError} If `m` is not a multiple of 4 or `expertsPerToken` is not in [1, m / 4]
 *
 * @example Visiting all clusters leaves plain 2:4
 * ```ts
 * import { paperKernels } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(paperKernels().venom, 6);
 * assertEquals(paperKernels({ expertsPerToken: 4 }).venom, 1.5);
 * ```
 */
export function paperKernels(options: RoutingOptions = {}): Required<FormatSpeedups> {
  const routed = routedFraction(sparsityPlans.paper, options);
  return { "2:4": 1.5, "2:4 soft": 1.5, "venom": 1.5 / routed, "columns": 1 / routed };
}

/**
 * The bound that a plan puts on the speed-up of the FFN, however fast sparse kernels are: products with a sparse
 * operand take no time, the dense ones as long as before, or for a routed plan as long as their part of the neurons
 * takes.
 *
 * @param plan The plan
 * @param options Format, top-k and router
 * @returns Dense time divided by that of the dense products; Infinity when there are none
 * @throws {RangeError} If `m` is not a multiple of 4 or `expertsPerToken` is not in [1, m / 4]
 *
 * @example One of six products is sparse
 * ```ts
 * import { ffnSpeedupLimit, sparsityPlans } from "@beyond24/recipe";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertEquals(ffnSpeedupLimit(sparsityPlans.dense), 1);
 * assertAlmostEquals(ffnSpeedupLimit(sparsityPlans.w1), 6 / 5);
 * assertEquals(ffnSpeedupLimit(sparsityPlans.paper), Infinity);
 * ```
 */
export function ffnSpeedupLimit(plan: SparsityPlan, options: RoutingOptions = {}): number {
  const dense = ffnProductNames.filter((product) => plan[product].format === "none");
  const time = dense.reduce((sum, product) => sum + computedFraction(plan, product, options), 0);
  return ffnProductNames.length / time;
}

/** What {@linkcode endToEndSpeedup} follows from. */
export interface EndToEndSpeedupInput {
  /** Fraction of a dense step's time spent in the FFN products, in [0, 1]; FLOP shares stand in when compute bound. */
  readonly share: number;
  /** Time of the dense FFN products divided by that of the sparse ones, above 0. Infinity gives the limit. */
  readonly kernelSpeedup: number;
  /** Fraction of the steps that are sparse, in [0, 1]. Default: 1, which gives the speed-up of one sparse step. */
  readonly sparseFraction?: number;
  /**
   * Time that a sparse step adds (routing, sorting, packing) as a fraction of a dense step's time, >= 0. Default: 0.
   */
  readonly overhead?: number;
}

/**
 * Speed-up of a training run over a dense run of equally many steps, by Amdahl's law (paper, section 3.2).
 *
 * A sparse step takes `1 - share + share / kernelSpeedup + overhead` of a dense step; the run takes
 * `1 - sparseFraction + sparseFraction · step`. The result is the inverse.
 *
 * @param input Share, speed-up of the kernels, fraction of sparse steps, overhead
 * @returns Dense time divided by time with sparse steps
 * @throws {RangeError} If a number is out of bounds
 *
 * @example From a speed-up of 2.2x for each sparse step to 1.375x
 * ```ts
 * import { endToEndSpeedup } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(endToEndSpeedup({ share: 1, kernelSpeedup: 2.2, sparseFraction: 0.5 }), 1.375);
 * ```
 */
export function endToEndSpeedup(input: EndToEndSpeedupInput): number {
  const { share, kernelSpeedup, sparseFraction = 1, overhead = 0 } = input;
  const action = "find end-to-end speed-up";
  checkNumber(share, "share", 0, 1, action);
  checkNumber(sparseFraction, "sparseFraction", 0, 1, action);
  checkNumber(overhead, "overhead", 0, Infinity, action);
  if (!(kernelSpeedup > 0)) {
    throw new RangeError(`Cannot ${action} as kernelSpeedup must be > 0: current value is ${kernelSpeedup}`);
  }
  const sparseStep = 1 - share + share / kernelSpeedup + overhead;
  return 1 / (1 - sparseFraction + sparseFraction * sparseStep);
}
