import type { Tensor } from "@beyond24/device";
import type { Transformer } from "./transformer.ts";

/** What a step measured, over all layers. */
export interface StepStatistics {
  /** Mean loss in nats per token. */
  readonly loss: number;
  /** Fraction of zeros in the hidden activations y2, the neurons that the router left out included. */
  readonly activationSparsity: number;
  /** Tokens of an expert: least, mean and most over experts and layers. Missing in dense steps and without a router. */
  readonly expertLoad?: { readonly min: number; readonly mean: number; readonly max: number };
  /** Fraction of mask bits of packed weights that changed since the step before. Missing without packed weights. */
  readonly flipRate?: number;
}

/**
 * The tensors with what a step measured, for `kernels.recordRow`: the loss first, then those of every layer.
 *
 * @param model The model
 * @returns Persistent tensors; their elements in order are the row that {@linkcode readStepStatistics} takes
 */
export function statisticsTensors(_model: Transformer): Tensor[] {
  throw new Error("Not written yet");
}

/**
 * Makes sense of a row of recorded statistics.
 *
 * @param model The model
 * @param row The elements of {@linkcode statisticsTensors}, in order; more may follow
 * @param step Tokens of a micro-batch (statistics are those of the last one) and the mode of the step
 * @returns Loss, sparsity, load, flips
 */
export function readStepStatistics(
  _model: Transformer,
  _row: Float32Array,
  _step: { readonly tokens: number; readonly mode: "dense" | "sparse" },
): StepStatistics {
  throw new Error("Not written yet");
}
