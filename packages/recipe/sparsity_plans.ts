import type { ActivationSparsity, NoSparsity, SparsityPlan } from "./sparsity_plan.ts";

const none: NoSparsity = { operand: null, format: "none" };
const softWIn = { operand: "wIn", format: "2:4 soft" } as const;
const softWOut = { operand: "wOut", format: "2:4 soft" } as const;
const dense: SparsityPlan = { y1: none, y3: none, dy2: none, dwOut: none, dx: none, dwIn: none };

function activations(format: ActivationSparsity<"y2">["format"]): Omit<SparsityPlan, "y1" | "dy2"> {
  const y2 = { operand: "y2", format } as const;
  const dy1 = { operand: "dy1", format } as const;
  return { y3: y2, dwOut: y2, dx: dy1, dwIn: dy1 };
}

const paper: SparsityPlan = { ...activations("venom"), y1: softWIn, dy2: softWOut };

/**
 * Sparse to 2:4 by magnitude, and without bias along tokens: what measurements of quality made of the paper's recipe.
 */
const beyond: SparsityPlan = {
  ...activations("venom"),
  y1: { operand: "wIn", format: "2:4" },
  dy2: { operand: "wOut", format: "2:4" },
  dwOut: { operand: "y2", format: "venom", selection: "unbiased" },
  dwIn: { operand: "dy1", format: "venom", selection: "unbiased" },
};

/** Name of a sparsity plan that is provided. */
export type SparsityPlanName =
  | "dense"
  | "w1"
  | "w1-w1t"
  | "w2"
  | "w2-w2t"
  | "w1-w2"
  | "activations-24"
  | "venom"
  | "paper"
  | "paper-columns"
  | "beyond";

/**
 * Every row of the paper's Table 3, the paper's recipe, and ours.
 *
 * | name | row of Table 3 | sparse operands |
 * | --- | --- | --- |
 * | `dense` | Baseline (dense) | none |
 * | `w1` | W1 sparse | y1: wIn |
 * | `w1-w1t` | W1, W1.T sparse | y1 and dx: wIn (groups along D and along F) |
 * | `w2` | W2 sparse | y3: wOut (groups along F) |
 * | `w2-w2t` | W2, W2.T sparse | y3 and dy2: wOut (groups along F and along D) |
 * | `w1-w2` | W1, W2 sparse | y1: wIn, y3: wOut |
 * | `activations-24` | 2:4 activation sparsity | y3 and dwOut: y2, dx and dwIn: dy1 |
 * | `venom` | Venom sparsity | the same four, routed |
 * | `paper` | (Algorithms 1 and 2) | y1: wIn, dy2: wOut in 2:4 soft, and the same four in Venom: all six products |
 * | `beyond` | (ours) | as `paper`, but weights in 2:4 by magnitude, and tokens selected without bias; see {@linkcode planRouting} |
 * | `paper-columns` | (ours) | as `paper`, but the weight gradients keep all tokens: no 2:4 along tokens |
 *
 * @example Read the paper's recipe
 * ```ts
 * import { sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sparsityPlans.paper.y1, { operand: "wIn", format: "2:4 soft" });
 * assertEquals(sparsityPlans.paper.y3, { operand: "y2", format: "venom" });
 * ```
 */
export const sparsityPlans: Readonly<Record<SparsityPlanName, SparsityPlan>> = {
  "dense": dense,
  "w1": { ...dense, y1: softWIn },
  "w1-w1t": { ...dense, y1: softWIn, dx: softWIn },
  "w2": { ...dense, y3: softWOut },
  "w2-w2t": { ...dense, y3: softWOut, dy2: softWOut },
  "w1-w2": { ...dense, y1: softWIn, y3: softWOut },
  "activations-24": { ...dense, ...activations("2:4") },
  "venom": { ...dense, ...activations("venom") },
  "paper": paper,
  "paper-columns": {
    ...paper,
    dwOut: { operand: "y2", format: "columns" },
    dwIn: { operand: "dy1", format: "columns" },
  },
  "beyond": beyond,
};
