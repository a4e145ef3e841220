import { isPacked24, type Operand } from "../packed24.ts";
import type { Segments, TokenGather } from "../segments.ts";
import type { Tensor } from "../tensor.ts";
import type { CallChecks } from "./_call_check.ts";
import { checkClusters, checkSegments, checkTokens } from "./_check_segments.ts";

/** Arguments of {@linkcode ProductKernels.matmul}. */
export interface MatmulArguments {
  /** Left operand: [M, K] (packed along `"cols"`), or [K, M] with `transposeA` (packed along `"rows"`). */
  a: Operand;
  /** Right operand: [K, N] (packed along `"rows"`), or [N, K] with `transposeB` (packed along `"cols"`). */
  b: Operand;
  /** Result: [M, N]. */
  out: Tensor;
  /** Whether `a` is stored transposed. Default false. */
  transposeA?: boolean;
  /** Whether `b` is stored transposed. Default false. */
  transposeB?: boolean;
  /** Whether the product is added to `out` instead of replacing it. Default false. */
  accumulate?: boolean;
  /**
   * Further products of the same `a`, each with a right operand and a result of its own. They are, to the last bit,
   * those of calls of their own. Default: none.
   */
  beside?: readonly FurtherProduct[];
}

/** A product beside another one, with the same left operand and all else as there. */
export interface FurtherProduct {
  /** Right operand, which may have another N. */
  b: Operand;
  /** Result: [M, N]. */
  out: Tensor;
}

/** Arguments of {@linkcode ProductKernels.groupedMatmulNeurons}. */
export interface GroupedMatmulNeuronsArguments {
  /** Sorted tokens: [R, D]; with `gather` the tokens as they come: [T, D]. */
  x: Tensor;
  /**
   * What sorts the tokens. The result is, to the last bit, that of tokens which `gatherRows` has sorted. Default: they
   * are sorted.
   */
  gather?: TokenGather;
  /** Neuron-major weights: [F, D]; packed along `"cols"` when sparse. */
  weights: Operand;
  /** Where the tokens of each of the E experts lie. */
  segments: Segments;
  /** Result: [R, C]. */
  out: Tensor;
}

/** Arguments of {@linkcode ProductKernels.groupedMatmulFeatures}. */
export interface GroupedMatmulFeaturesArguments {
  /** Activations of the sorted tokens: [R, C]; packed along `"cols"` when sparse. */
  y: Operand;
  /** Neuron-major weights: [F, D]; packed along `"rows"` when sparse. */
  weights: Operand;
  /** Where the tokens of each of the E experts lie. */
  segments: Segments;
  /**
   * i32 [R]: sorted row r of the product is written to row `rowMap[r]` of `out`, or nowhere where that is -1. No other
   * value occurs twice; rows of `out` that do not occur stay. With one expert a token it is the `order` of
   * `groupTokens`, and the product brings its rows back into the order of the tokens. Default: r.
   */
  rowMap?: Tensor;
  /** Result: [R, D], or [T, D] with a `rowMap`. */
  out: Tensor;
}

/** Arguments of {@linkcode ProductKernels.groupedMatmulWeights}. */
export interface GroupedMatmulWeightsArguments {
  /** Activations of the sorted tokens: [R, C]; packed along `"rows"` (tokens) when sparse. */
  y: Operand;
  /** Sorted tokens: [R, D]; with `gather` the tokens as they come: [T, D]. */
  x: Tensor;
  /** As in {@linkcode GroupedMatmulNeuronsArguments}. */
  gather?: TokenGather;
  /** Where the tokens of each of the E experts lie. */
  segments: Segments;
  /** Result: f32 [F, D]; the rows of an expert without tokens become zero (or stay, with `accumulate`). */
  out: Tensor;
  /** Whether the product is added to `out` instead of replacing it. Default false. */
  accumulate?: boolean;
}

/**
 * Matrix products, dense and 2:4 sparse, plain and grouped by expert. Operands are of the device's activation type and
 * stand for their elements times their scales, results are of that type or f32; accumulation is in f32 or better. At
 * most one operand is packed, and its groups run along the axis that is summed over.
 *
 * The segments of a grouped product may be aligned to any number of rows, but to a multiple of 4 where tokens are
 * packed (`groupedMatmulWeights` with a packed `y`). With one expert that has all rows and dense operands a grouped
 * product is the plain one, to the last bit.
 */
export interface ProductKernels {
  /** out = op(a) · op(b) (paper equations 1, 3, 4, 5, 7, 8). Stands for the product with the unpacked matrix. */
  matmul(args: MatmulArguments): void;
  /** out_e = x_e · weights_eᵀ for every expert e, contracted over D: the products y1 and dy2. */
  groupedMatmulNeurons(args: GroupedMatmulNeuronsArguments): void;
  /**
   * out_e = y_e · weights_e for every expert e, contracted over the C neurons of its cluster: the products y3 and dx.
   * With a `rowMap` it is, to the last bit, the product followed by `scatterRows`.
   */
  groupedMatmulFeatures(args: GroupedMatmulFeaturesArguments): void;
  /** out_e = y_eᵀ · x_e for every expert e, contracted over its tokens: the products dwOut and dwIn. */
  groupedMatmulWeights(args: GroupedMatmulWeightsArguments): void;
}

/**
 * What calls of them must fulfil; not public, though it is beside what is.
 *
 * @ignore
 */
export const productChecks: CallChecks<ProductKernels> = {
  matmul(check, args) {
    const { a, transposeA, transposeB, beside = [] } = args;
    // Groups of four run along the axis that is summed over.
    check.inputOperand("a", a, transposeA ? ["K", "M"] : ["M", "K"], transposeA ? "rows" : "cols");
    for (const [i, { b, out }] of [args, ...beside].entries()) {
      const [number, n] = i === 0 ? ["", "N"] : [` ${i} beside`, `N${i}`];
      check.require(!(isPacked24(a) && isPacked24(b)), "at most one operand may be packed", "two packed operands");
      check.inputOperand(`b${number}`, b, transposeB ? [n, "K"] : ["K", n], transposeB ? "cols" : "rows");
      check.output(`out${number}`, out, "float", ["M", n]);
    }
  },
  groupedMatmulNeurons(check, args) {
    checkTokens(check, args);
    check.inputOperand("weights", args.weights, ["F", "D"], "cols");
    check.output("out", args.out, "float", ["R", "C"]);
    checkSegments(check, args.segments);
    checkClusters(check);
  },
  groupedMatmulFeatures(check, args) {
    const { y, weights, rowMap } = args;
    const isTwice = isPacked24(y) && isPacked24(weights);
    check.require(!isTwice, "at most one operand may be packed", "two packed operands");
    check.inputOperand("y", y, ["R", "C"], "cols");
    check.inputOperand("weights", weights, ["F", "D"], "rows");
    if (rowMap) check.input("rowMap", rowMap, "i32", ["R"]);
    check.output("out", args.out, "float", [rowMap ? "T" : "R", "D"]);
    checkSegments(check, args.segments);
    checkClusters(check);
  },
  groupedMatmulWeights(check, args) {
    check.inputOperand("y", args.y, ["R", "C"], "rows");
    checkTokens(check, args);
    check.output("out", args.out, "f32", ["F", "D"]);
    checkSegments(check, args.segments, isPacked24(args.y) ? 4 : 1);
    checkClusters(check);
  },
};
