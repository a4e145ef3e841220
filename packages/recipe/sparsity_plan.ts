/**
 * Format of a sparse operand. Groups of four run along the dimension that the product contracts.
 *
 * - `2:4`: of every four the two of largest magnitude are kept.
 * - `2:4 soft`: the same positions after soft thresholding (paper, section 2.2); weights only.
 * - `venom`: the router keeps a cluster of neurons for each token, and 2:4 inside it (paper, section 3.1); activations only.
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
 * - `unbiased`: of each pair of tokens one, with probability |a| / (|a| + |b|), and sign · (|a| + |b|) is stored, so that the mean of
 *   what is kept is the activation (`selectUnbiased24` of `@beyond24/sparse24`).
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
 * When a format is `venom` or `columns` anywhere, the router masks the hidden activations of the whole step, so the other
 * products read or produce only the columns that it kept too (see {@linkcode isRouted}).
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
