import { elementCount, type Tensor } from "../tensor.ts";
import type { CallChecks } from "./_call_check.ts";

/** Arguments of {@linkcode LossKernels.crossEntropy}. */
export interface CrossEntropyArguments {
  /** Scores: [T, vocabulary]. */
  logits: Tensor;
  /**
   * Columns that are tokens, the first ones; the others only fill the vocabulary up: whatever their scores are, they
   * have no probability and a gradient of 0. Default: all.
   */
  classes?: number;
  /**
   * The right token of every row: i32 [T]; rows with -1 count nothing, those with another number that is no token are
   * NaN.
   */
  targets: Tensor;
  /** Result: f32 [T], ln Σ exp(logits) − logits[target] in nats; 0 for rows that count nothing. */
  losses: Tensor;
  /**
   * Result: [T, vocabulary], (softmax − onehot) · scale · factor; `logits` in place is allowed. Left out, it is not
   * computed.
   */
  dLogits?: Tensor;
  /** Factor on the gradient, commonly 1 / T. Default 1. */
  scale?: number;
  /** f32 [1]: a factor on the gradient that changes from step to step, such as T by the rows that count. Default 1. */
  factor?: Tensor;
}

/** Arguments of {@linkcode LossKernels.logLikelihood}. */
export interface LogLikelihoodArguments {
  /** Scores: [T, vocabulary]. */
  logits: Tensor;
  /**
   * The token of every row that is asked for: i32 [T]; -1 asks for none, another number outside of the vocabulary is
   * NaN.
   */
  targets: Tensor;
  /** Result: f32 [T], logits[target] − ln Σ exp(logits) in nats; 0 for rows that ask for nothing. */
  logLikelihoods: Tensor;
  /**
   * Result: i32 [T], 1 where the target is what greedy decoding takes (no score is larger, and none of a lower token is
   * equal), otherwise 0. Undefined where a score is NaN.
   */
  greedy: Tensor;
}

/** Arguments of {@linkcode LossKernels.sum}. */
export interface SumArguments {
  /** Values, f32. */
  x: Tensor;
  /** f32 [1]. */
  out: Tensor;
  /** Factor on the sum. Default 1. */
  scale?: number;
  /** f32 [1]: a factor on the sum that changes from step to step. Default 1. */
  factor?: Tensor;
  /** Whether the sum is added to `out`. Default false. */
  accumulate?: boolean;
}

/** Arguments of {@linkcode LossKernels.recordRow}. */
export interface RecordRowArguments {
  /** Values to keep, one after the other: f32 or i32 of shape [k] each, stored as f32. */
  values: readonly Tensor[];
  /** f32 [N, width], width = the number of elements of all `values`: the last N rows. */
  ring: Tensor;
  /** i32 [1]: rows written so far; row `cursor mod N` is written, then it is increased. */
  cursor: Tensor;
}

/** Losses and what is logged. */
export interface LossKernels {
  /** Softmax cross-entropy and its gradient in one pass. */
  crossEntropy(args: CrossEntropyArguments): void;
  /** The log-probability of a token, and whether it is the most probable one: what a trained model is asked for. */
  logLikelihood(args: LogLikelihoodArguments): void;
  /** out = scale · factor · Σ x. */
  sum(args: SumArguments): void;
  /** Appends a row of statistics to a ring on the device, so that the host reads many steps at once. */
  recordRow(args: RecordRowArguments): void;
}

/**
 * What calls of them must fulfil; not public, though it is beside what is.
 *
 * @ignore
 */
export const lossChecks: CallChecks<LossKernels> = {
  crossEntropy(check, args) {
    check.input("logits", args.logits, "float", ["T", "vocabulary"]);
    check.input("targets", args.targets, "i32", ["T"]);
    if (args.factor) check.input("factor", args.factor, "f32", [1]);
    check.output("losses", args.losses, "f32", ["T"]);
    if (args.dLogits) check.output("dLogits", args.dLogits, "float", ["T", "vocabulary"], ["logits"]);
    checkClasses(args);
  },
  logLikelihood(check, args) {
    check.input("logits", args.logits, "float", ["T", "vocabulary"]);
    check.input("targets", args.targets, "i32", ["T"]);
    check.output("logLikelihoods", args.logLikelihoods, "f32", ["T"]);
    check.output("greedy", args.greedy, "i32", ["T"]);
  },
  sum(check, args) {
    check.input("x", args.x, "f32", args.x.shape);
    if (args.factor) check.input("factor", args.factor, "f32", [1]);
    check.output("out", args.out, "f32", [1]);
  },
  recordRow(check, args) {
    for (const [i, value] of args.values.entries()) {
      check.input(`values[${i}]`, value, value.dtype === "i32" ? "i32" : "f32", [`k${i}`]);
    }
    const width = args.values.reduce((sum, value) => sum + elementCount(value.shape), 0);
    check.output("ring", args.ring, "f32", ["N", width]);
    check.output("cursor", args.cursor, "i32", [1]);
  },
};

function checkClasses({ logits: { shape }, classes }: CrossEntropyArguments): void {
  const [, vocabulary = 0] = shape;
  if (classes === undefined || (Number.isInteger(classes) && classes >= 1 && classes <= vocabulary)) return;
  throw new RangeError(
    `Cannot call crossEntropy as classes must be an integer from 1 to ${vocabulary}: current value is ${classes}`,
  );
}
