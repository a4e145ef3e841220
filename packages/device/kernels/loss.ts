import type { Tensor } from "../tensor.ts";

/** Arguments of {@linkcode LossKernels.crossEntropy}. */
export interface CrossEntropyArguments {
  /** Scores: [T, vocabulary]. */
  logits: Tensor;
  /** The right token of every row: i32 [T]; rows with -1 count nothing, those with another number outside of the vocabulary are NaN. */
  targets: Tensor;
  /** Result: f32 [T], ln Σ exp(logits) − logits[target] in nats; 0 for rows that count nothing. */
  losses: Tensor;
  /** Result: [T, vocabulary], (softmax − onehot) · scale · factor; `logits` in place is allowed. Left out, it is not computed. */
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
  /** The token of every row that is asked for: i32 [T]; -1 asks for none, another number outside of the vocabulary is NaN. */
  targets: Tensor;
  /** Result: f32 [T], logits[target] − ln Σ exp(logits) in nats; 0 for rows that ask for nothing. */
  logLikelihoods: Tensor;
  /**
   * Result: i32 [T], 1 where the target is what greedy decoding takes (no score is larger, and none of a lower token is equal),
   * otherwise 0. Undefined where a score is NaN.
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
