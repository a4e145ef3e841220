/** Name of one of the six matrix products of an FFN: its output, in the paper's letters. */
export type FfnProduct = "y1" | "y3" | "dy2" | "dwOut" | "dx" | "dwIn";

/** A matrix of the FFN that a product reads. */
export type FfnOperand = "x" | "y2" | "dy3" | "dy1" | "wIn" | "wOut";

/** The dimension that a product sums over; groups of four of its sparse operand run along it. */
export type FfnDimension = "tokens" | "dModel" | "dFfn";

/** What one product multiplies. */
export interface FfnProductShape {
  /** Forward or backward pass. */
  readonly pass: "forward" | "backward";
  /** The two operands. */
  readonly operands: readonly [FfnOperand, FfnOperand];
  /** The dimension summed over. The other two are those of the output. */
  readonly contracted: FfnDimension;
}

/**
 * The six products of an FFN with `wIn` [F, D] and `wOut` [F, D] (W1 = wInᵀ, W2 = wOut), paper equations 1, 3, 4, 5, 7,
 * 8.
 *
 * Each does `2 * tokens * dModel * dFfn` FLOPs when dense.
 *
 * @example Find the axis of the groups of four
 * ```ts
 * import { ffnProducts } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(ffnProducts.y1.contracted, "dModel");
 * assertEquals(ffnProducts.dwIn.contracted, "tokens");
 * ```
 */
export const ffnProducts: Readonly<Record<FfnProduct, FfnProductShape>> = {
  y1: { pass: "forward", operands: ["x", "wIn"], contracted: "dModel" },
  y3: { pass: "forward", operands: ["y2", "wOut"], contracted: "dFfn" },
  dy2: { pass: "backward", operands: ["dy3", "wOut"], contracted: "dModel" },
  dwOut: { pass: "backward", operands: ["y2", "dy3"], contracted: "tokens" },
  dx: { pass: "backward", operands: ["dy1", "wIn"], contracted: "dFfn" },
  dwIn: { pass: "backward", operands: ["dy1", "x"], contracted: "tokens" },
};

/**
 * The names of the six products, in the order in which a step computes them.
 *
 * @example Count them
 * ```ts
 * import { ffnProductNames } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(ffnProductNames.length, 6);
 * ```
 */
export const ffnProductNames: readonly FfnProduct[] = ["y1", "y3", "dy2", "dwOut", "dx", "dwIn"];
