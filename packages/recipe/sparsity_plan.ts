import { ffnProductNames, ffnProducts } from "./ffn_products.ts";

/**
 * Format of a sparse operand. Groups of four run along the dimension that the product contracts.
 *
 * - `2:4`: of every four the two of largest magnitude are kept.
 * - `2:4 soft`: the same positions after soft thresholding (paper, section 2.2); weights only.
 * - `venom`: the router keeps a cluster of neurons for each token, and 2:4 inside it (paper, section 3.1); activations
 *   only.
 * - `columns`: the router's choice alone, without 2:4 inside the cluster; activations only.
 */
export type SparseFormat = "2:4" | "2:4 soft" | "venom" | "columns";

/** Both operands of a product are dense. */
export interface NoSparsity {
  /** No operand is sparse. */
  readonly operand: null;
  /** No format. */
  readonly format: "none";
}

/** A weight is the sparse operand of a product. */
export interface WeightSparsity<Weight extends "wIn" | "wOut"> {
  /** The sparse operand. */
  readonly operand: Weight;
  /** Its format. */
  readonly format: "2:4" | "2:4 soft";
}

/** An activation, or the gradient of one, is the sparse operand of a product. */
export interface ActivationSparsity<Activation extends "y2" | "dy1"> {
  /** The sparse operand. */
  readonly operand: Activation;
  /** Its format. */
  readonly format: "2:4" | "venom" | "columns";
}

/**
 * Which two of four consecutive tokens are kept, where a product contracts over them.
 *
 * - `largest`: those of largest magnitude, as the paper has it.
 * - `unbiased`: two of every four drawn, the larger the likelier, and scaled, so that the mean of what is kept is the
 *   activation, with the least variance. Where at most two are not zero these are kept as they are
 *   (`selectUnbiased24` of `@beyond24/sparse24`).
 */
export type TokenSelection = "largest" | "unbiased";

/** An activation, or the gradient of one, is the sparse operand of a product that contracts over tokens. */
export interface TokenSparsity<Activation extends "y2" | "dy1"> extends ActivationSparsity<Activation> {
  /** How tokens are selected, in the formats that select some. Default: `largest`. */
  readonly selection?: TokenSelection;
}

/**
 * The sparse operand of each of the six FFN products, and its format: at most one operand a product, as data.
 *
 * When a format is `venom` or `columns` anywhere, the router masks the hidden activations of the whole step, so the
 * other products read or produce only the columns that it kept too (see {@linkcode isRouted}).
 */
export interface SparsityPlan {
  /** y1 = x · wInᵀ, contracts `dModel`. */
  readonly y1: NoSparsity | WeightSparsity<"wIn">;
  /** y3 = y2 · wOut, contracts `dFfn`. */
  readonly y3: NoSparsity | WeightSparsity<"wOut"> | ActivationSparsity<"y2">;
  /** dy2 = dy3 · wOutᵀ, contracts `dModel`. */
  readonly dy2: NoSparsity | WeightSparsity<"wOut">;
  /** dwOut = y2ᵀ · dy3, contracts `tokens`. */
  readonly dwOut: NoSparsity | TokenSparsity<"y2">;
  /** dx = dy1 · wIn, contracts `dFfn`. */
  readonly dx: NoSparsity | WeightSparsity<"wIn"> | ActivationSparsity<"dy1">;
  /** dwIn = dy1ᵀ · x, contracts `tokens`. */
  readonly dwIn: NoSparsity | TokenSparsity<"dy1">;
}

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

/**
 * Whether a plan draws which tokens it keeps: two of every four, without bias.
 *
 * @param plan The plan
 * @returns True if some product has the selection `unbiased`
 *
 * @example Tell the plans that draw
 * ```ts
 * import { drawsTokens, sparsityPlans } from "@beyond24/recipe";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(drawsTokens(sparsityPlans.beyond));
 * assertFalse(drawsTokens(sparsityPlans.paper));
 * ```
 */
export function drawsTokens({ dwOut, dwIn }: SparsityPlan): boolean {
  return [dwOut, dwIn].some((product) => "selection" in product && product.selection === "unbiased");
}

/**
 * How many packed copies of its two weights an FFN layer keeps under a plan: one for each product whose sparse operand
 * is a weight, as each wants its own along its own axis.
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

const weightFormats = ["2:4", "2:4 soft"];
const activationFormats = ["2:4", "venom", "columns"];

const legal: Readonly<Record<keyof SparsityPlan, Readonly<Record<string, readonly string[]>>>> = {
  y1: { wIn: weightFormats },
  y3: { wOut: weightFormats, y2: activationFormats },
  dy2: { wOut: weightFormats },
  dwOut: { y2: activationFormats },
  dx: { wIn: weightFormats, dy1: activationFormats },
  dwIn: { dy1: activationFormats },
};

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Whether tokens are selected in a way that there is, by a product that selects tokens. */
function isLegalSelection(product: keyof SparsityPlan, entry: unknown): boolean {
  const selection = field(entry, "selection");
  if (selection === undefined) return true;
  const selects = ffnProducts[product].contracted === "tokens" && field(entry, "format") !== "columns";
  return selects && (selection === "largest" || selection === "unbiased");
}

function isLegal(product: keyof SparsityPlan, entry: unknown): boolean {
  const operand = field(entry, "operand");
  const format = field(entry, "format");
  if (!isLegalSelection(product, entry)) return false;
  if (operand === null) return format === "none" && field(entry, "selection") === undefined;
  if (typeof operand !== "string" || typeof format !== "string") return false;
  return Object.hasOwn(legal[product], operand) && (legal[product][operand]?.includes(format) ?? false);
}

function selectionRule(product: keyof SparsityPlan): string {
  const isAlongTokens = ffnProducts[product].contracted === "tokens";
  return isAlongTokens ? "in 2:4 or venom with a selection largest or unbiased" : "without a selection along tokens";
}

/**
 * Checks a sparsity plan that comes from a file or from flags.
 *
 * @param plan Any value
 * @throws {TypeError} If a product is missing, its operand is not one of the product, or format or selection do not fit
 *
 * @example Refuse a plan
 * ```ts
 * import { checkSparsityPlan, sparsityPlans } from "@beyond24/recipe";
 * import { assertThrows } from "@std/assert";
 *
 * checkSparsityPlan(sparsityPlans.paper);
 * assertThrows(() => checkSparsityPlan({ ...sparsityPlans.paper, y1: { operand: "wIn", format: "venom" } }), TypeError);
 * ```
 */
export function checkSparsityPlan(plan: unknown): asserts plan is SparsityPlan {
  for (const product of ffnProductNames) {
    const entry = field(plan, product);
    if (isLegal(product, entry)) continue;
    const rule = Object.entries(legal[product]).map(([operand, formats]) => `${operand} in ${formats.join(", ")}`);
    const selection = isLegalSelection(product, entry) ? "" : `, ${selectionRule(product)}`;
    throw new TypeError(
      `Cannot use sparsity plan as ${product} must be ${["none", ...rule].join(" or ")}${selection}: ` +
        `current value is ${JSON.stringify(entry)}`,
    );
  }
}
