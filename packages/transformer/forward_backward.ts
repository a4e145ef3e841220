import type { Arena, Tensor } from "@beyond24/device";
import type { TokenBatch, Transformer } from "./transformer.ts";

/** How {@linkcode forwardBackward} runs. */
export interface ForwardBackwardOptions {
  /** How the feed-forward networks are computed. */
  readonly mode: "dense" | "sparse";
  /** Memory of the step. The caller resets it after the step, inside the same replayed unit. */
  readonly arena: Arena;
  /** Index of the micro-batch. Number 0 replaces gradients and loss and packs weights; later ones add. Default 0. */
  readonly microBatch?: number;
  /** Micro-batches of a step: losses and gradients are their mean. Default 1. */
  readonly microBatches?: number;
}

/**
 * Loss and gradients of one micro-batch. Only kernels are called, and between calls of the same shape nothing changes
 * but contents of tensors, so that it may run inside `Device.replay` (one key for each mode, shape and micro-batch).
 *
 * @param model The model
 * @param batch The tokens
 * @param options Mode, memory, micro-batches
 * @returns `model.loss`: f32 [1], mean loss in nats per token; gradients are in the parameters
 * @throws {Error} If the mode is sparse and the model is not ready for it
 * @throws {TypeError} If the shapes of tokens and targets differ or are longer than the model's sequence length
 */
export function forwardBackward(_model: Transformer, _batch: TokenBatch, _options: ForwardBackwardOptions): Tensor {
  throw new Error("Not written yet");
}
