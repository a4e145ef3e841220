import { isPacked24, type Operand, type PackedMatrix24 } from "../packed24.ts";
import type { Segments, TokenGather } from "../segments.ts";
import type { Tensor } from "../tensor.ts";
import type { CallCheck, CallChecks } from "./_call_check.ts";
import { checkClusters, checkGather, checkSegments, checkTokens } from "./_check_segments.ts";

/** Arguments of {@linkcode SparsityKernels.softThreshold24}. */
export interface SoftThreshold24Arguments {
  /**
   * Master or compute weights: [rows, cols]. Thresholds are taken on values rounded to the device's activation type.
   */
  weights: Tensor;
  /** Result; its axis is the axis of the groups. */
  packed: PackedMatrix24;
  /** Factor on the kept values (the frozen beta of S-STE). Default 1. */
  scale?: number;
  /**
   * i32 [1]: the number of mask bits that differ from what `packed` held before is added to it. Only for a `packed`
   * that has been written before.
   */
  flips?: Tensor;
}

/**
 * The random numbers of an unbiased selection: counters, of which every device computes the same numbers. What is drawn
 * is `selectUnbiased24` of `@beyond24/sparse24` along rows with `seed = key ^ step`.
 */
export interface UnbiasedDraw {
  /** What tells this selection from all others of a step: `hash32` of seed, layer, tensor and so on, 0 to 2^32 - 1. */
  readonly key: number;
  /** i32 [1]: the step. On the device, so that a recorded step draws new numbers when it is replayed. */
  readonly step: Tensor;
}

/** Arguments of {@linkcode SparsityKernels.select24}. */
export interface Select24Arguments {
  /** Values: [rows, cols]. */
  x: Tensor;
  /** Result; its axis is the axis of the groups. */
  packed: PackedMatrix24;
  /** Given when the rows are sorted tokens: only the rows before the end of the last segment take part. */
  segments?: Segments;
  /** Selects without bias, along `"rows"` only. Left out: the two largest of every four. */
  unbiased?: UnbiasedDraw;
  /** i32 [1], of weights: as in {@linkcode SoftThreshold24Arguments.flips}. */
  flips?: Tensor;
}

/** A grouped product whose rows are selected from while they are still in registers, where a device can do that. */
export interface SelectedProduct {
  /** Sorted tokens: [R, D]; with `gather` the tokens as they come: [T, D]. */
  x: Tensor;
  /** What sorts the tokens, for devices that gather them. Default: they are sorted. */
  gather?: TokenGather;
  /** Neuron-major weights: [F, D]; packed along `"cols"` when sparse. */
  weights: Operand;
}

/** The derivative of relu(y1)² is so many times relu(y1). */
export const RELU_FACTOR = 2;

/** Arguments of {@linkcode SparsityKernels.squaredReluSelect24}. */
export interface SquaredReluSelect24Arguments {
  /** Pre-activations of the sorted tokens: [R, C]; with `gather` those of all tokens and neurons: [T, F]. */
  y1: Tensor;
  /**
   * What sorts the tokens, for devices that gather them (`Device.gathersTokens`), and without a `product`. The results
   * are, to the last bit, those of what `gatherClusters` makes of y1. Default: they are sorted.
   */
  gather?: TokenGather;
  /**
   * Computes y1 first, as `groupedMatmulNeurons` does. `y1` is scratch memory then, whose contents are undefined
   * afterwards.
   */
  product?: SelectedProduct;
  /** Where the sorted tokens lie. */
  segments: Segments;
  /**
   * Result relu(y1) where kept, packed along `"cols"`: the backward pass multiplies with {@linkcode RELU_FACTOR} times
   * it.
   */
  relu: PackedMatrix24;
  /** Result y2 for contraction over neurons: a matrix packed along `"cols"`, or a dense [R, C] tensor. */
  neurons: Operand;
  /**
   * Result y2 for contraction over tokens: packed along `"rows"` (of the kept values, two of every four consecutive
   * tokens), or a dense [R, C] tensor of all kept values.
   */
  tokens: Operand;
  /** Selects along tokens without bias; `tokens` is packed then. Left out: the two largest of every four. */
  unbiased?: UnbiasedDraw;
}

/** Arguments of {@linkcode SparsityKernels.squaredReluBackwardSelect24}. */
export interface SquaredReluBackwardSelect24Arguments {
  /** Gradient of y2 of the sorted tokens: [R, C]. */
  dy2: Tensor;
  /** Computes dy2 first; the rules of {@linkcode SquaredReluSelect24Arguments.product} hold. */
  product?: SelectedProduct;
  /** What {@linkcode SparsityKernels.squaredReluSelect24} wrote. */
  relu: PackedMatrix24;
  /** Where the sorted tokens lie. */
  segments: Segments;
  /** Result dy1 for contraction over neurons, packed along `"cols"` (same mask as y2) or dense [R, C]. */
  neurons: Operand;
  /** Result dy1 for contraction over tokens, packed along `"rows"` or dense [R, C]. */
  tokens: Operand;
  /** Selects along tokens without bias; `tokens` is packed then. Left out: the two largest of every four. */
  unbiased?: UnbiasedDraw;
}

/** Arguments of {@linkcode SparsityKernels.countNonzero}. */
export interface CountNonzeroArguments {
  /** Dense or packed matrix: [rows, cols]. */
  x: Operand;
  /** Given when the rows are sorted tokens. */
  segments?: Segments;
  /** i32 [1]: the number of non-zero elements. */
  out: Tensor;
}

/**
 * Selection and packing. Everywhere the two elements of largest magnitude of a group of four are kept, the lower index
 * wins a tie, -0 counts as 0, a NaN counts as larger than everything, and groups with fewer than two non-zeros complete
 * as `pack24` of `@beyond24/sparse24` says. So masks and metadata are bit-equal on every device.
 *
 * Inputs of a wider type are rounded to the device's activation type before anything is compared. A selection of the
 * largest looks at the value *before* it is squared, doubled or scaled; whether that value is zero decides about the
 * completion too, also when the stored result underflows.
 *
 * An unbiased selection ({@linkcode UnbiasedDraw}) draws two of every four consecutive rows and completes as the others
 * do. It looks at what is to be stored, rounded to the activation type, as only the mean of that is the input; what
 * takes the place of a drawn value is rounded once more.
 *
 * Segments are aligned to a multiple of 4 where a result is packed along `"rows"`, and what a packed result holds for
 * the rows behind the last segment is undefined. With a `product`, results are to the last bit those of the product
 * followed by the selection.
 */
export interface SparsityKernels {
  /**
   * packed = scale · S24(weights), the soft threshold of S-STE (paper section 2.2). The mask is that of the non-zeros
   * of S24(weights), which is one subtraction, rounded once.
   */
  softThreshold24(args: SoftThreshold24Arguments): void;
  /**
   * packed = the two elements of largest magnitude in every group of four, or without bias two drawn of every four
   * rows.
   */
  select24(args: Select24Arguments): void;
  /**
   * r = relu(y1), y2 = r² where r is one of the two largest of its four neurons (paper algorithm 1, lines 5 and 6).
   * Both selections are made on r: two of four neurons, and of what is left two of four tokens. An unbiased selection
   * along tokens is made on the rounded y2.
   */
  squaredReluSelect24(args: SquaredReluSelect24Arguments): void;
  /**
   * dy1 = 2 · dy2 ⊙ relu (paper algorithm 2, line 4), rounded to the activation type. Along neurons it has the mask of
   * the relu; along tokens the rounded dy1 is selected from.
   */
  squaredReluBackwardSelect24(args: SquaredReluBackwardSelect24Arguments): void;
  /** out = number of elements that are not zero; packed zeros count as zero. */
  countNonzero(args: CountNonzeroArguments): void;
}

/**
 * What calls of them must fulfil; not public, though it is beside what is.
 *
 * @ignore
 */
export const sparsityChecks: CallChecks<SparsityKernels> = {
  softThreshold24(check, args) {
    check.input("weights", args.weights, "float", ["rows", "cols"]);
    check.outputOperand("packed", args.packed, ["rows", "cols"], args.packed.axis);
    if (args.flips) check.output("flips", args.flips, "i32", [1]);
  },
  select24(check, args) {
    check.input("x", args.x, "float", ["rows", "cols"]);
    check.outputOperand("packed", args.packed, ["rows", "cols"], args.packed.axis);
    if (args.segments) checkSegments(check, args.segments, rowsOfGroups(args.packed));
    checkDraw(check, "packed", args.packed, args.unbiased);
    if (args.flips) {
      check.output("flips", args.flips, "i32", [1]);
      check.require(
        !args.segments && !args.unbiased,
        "flips are those of weights",
        "flips of sorted tokens or of a draw",
      );
    }
  },
  squaredReluSelect24(check, args) {
    check.input("y1", args.y1, "float", args.gather ? ["T", "F"] : ["R", "C"]);
    if (args.gather) {
      checkGather(check, args.gather);
      check.require(!args.product, "a product makes sorted y1, which nobody gathers", "a product and a gather");
    }
    check.outputOperand("relu", args.relu, ["R", "C"], "cols");
    check.outputOperand("neurons", args.neurons, ["R", "C"], "cols");
    check.outputOperand("tokens", args.tokens, ["R", "C"], "rows");
    checkDraw(check, "tokens", args.tokens, args.unbiased);
    checkSegments(check, args.segments, rowsOfGroups(args.tokens));
    if (args.gather) checkClusters(check);
    checkOrigin(check, args.product);
  },
  squaredReluBackwardSelect24(check, args) {
    check.input("dy2", args.dy2, "float", ["R", "C"]);
    check.inputOperand("relu", args.relu, ["R", "C"], "cols");
    check.outputOperand("neurons", args.neurons, ["R", "C"], "cols");
    check.outputOperand("tokens", args.tokens, ["R", "C"], "rows");
    checkDraw(check, "tokens", args.tokens, args.unbiased);
    checkSegments(check, args.segments, rowsOfGroups(args.tokens));
    checkOrigin(check, args.product);
  },
  countNonzero(check, args) {
    check.inputOperand("x", args.x, ["rows", "cols"], "axis" in args.x ? args.x.axis : "cols");
    if (args.segments) checkSegments(check, args.segments, rowsOfGroups(args.x));
    check.output("out", args.out, "i32", [1]);
  },
};

/** Demands a product in front of a selection that fits, if there is one. */
function checkOrigin(check: CallCheck, product: SelectedProduct | undefined): void {
  if (product === undefined) return;
  checkTokens(check, product);
  check.inputOperand("weights", product.weights, ["F", "D"], "cols");
  checkClusters(check);
}

/** Rows to a multiple of which segments are aligned that an operand is packed for. */
function rowsOfGroups(operand: Operand): number {
  return isPacked24(operand) && operand.axis === "rows" ? 4 : 1;
}

/** Demands the counters of an unbiased selection into a result that is packed along rows. */
function checkDraw(check: CallCheck, name: string, result: Operand, unbiased: UnbiasedDraw | undefined): void {
  if (unbiased === undefined) return;
  const { key, step } = unbiased;
  const isAlongRows = isPacked24(result) && result.axis === "rows";
  check.require(isAlongRows, `${name} must be packed along "rows" by an unbiased selection`, formOf(result));
  check.require(key >>> 0 === key, "unbiased.key must be a whole number from 0 to 2^32 - 1", key);
  check.input("unbiased.step", step, "i32", [1]);
}

function formOf(result: Operand): string {
  return isPacked24(result) ? `packed along "${result.axis}"` : "dense";
}
