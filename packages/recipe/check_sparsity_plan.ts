import { ffnProductNames, ffnProducts } from "./ffn_products.ts";
import type { SparsityPlan } from "./sparsity_plan.ts";

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
