import { type Parameter, Tape } from "@beyond24/autograd";
import type { Arena, Tensor } from "@beyond24/device";
import { batchLoss } from "./_batch_loss.ts";
import { beginPass } from "./_hidden_states.ts";
import type { TokenBatch } from "./token_batch.ts";
import type { Transformer } from "./transformer.ts";

/** How {@linkcode forwardBackward} runs. */
export interface ForwardBackwardOptions {
  /** How the feed-forward networks are computed. */
  readonly mode: "dense" | "sparse";
  /** Memory of the step. The caller resets it after the step, inside the same replayed unit. */
  readonly arena: Arena;
  /** Index of the micro-batch. Number 0 replaces gradients and loss; later ones add. Default 0. */
  readonly microBatch?: number;
  /**
   * Its number among the micro-batches of all ranks. Each draws random numbers of its own where a plan selects without
   * bias, those of the step that {@linkcode setStep} says. Default: `microBatch`.
   */
  readonly draw?: number;
  /** Micro-batches of a step: losses and gradients are their mean. Default 1. */
  readonly microBatches?: number;
  /**
   * Is told of parameters whose gradients have all of this micro-batch, each once, as soon as the kernels for them are
   * launched: so that with the last micro-batch they can be sent while the pass goes on (`Collectives.queue`).
   */
  readonly onGradients?: (parameters: readonly Parameter[]) => void;
}

/**
 * Loss and gradients of one micro-batch. Only kernels are called, and between calls of the same shape nothing changes
 * but contents of tensors, so that it may run inside `Device.replay` (one key for each mode, shape and micro-batch).
 * Before replayed sparse passes call {@linkcode packTransformer}.
 *
 * @param model The model
 * @param batch The tokens
 * @param options Mode, memory, micro-batches
 * @returns `model.loss`: f32 [1], loss in nats per token, mean over the targets that count; gradients are in the
 * parameters
 * @throws {Error} If the mode is sparse and the model knows dense passes only, or needs clustering first
 * @throws {TypeError} If the shapes of tokens and targets differ or are longer than the model's sequence length
 *
 * @example Fit four tokens
 * ```ts
 * import {
 *   createTokenBatch,
 *   createTransformer,
 *   forwardBackward,
 *   transformerParameters,
 *   writeTokenBatch,
 * } from "@beyond24/transformer";
 * import { AdamW } from "@beyond24/optimizer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assert } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: { ...modelPresets.tiny, layers: 1, vocabularySize: 8 } }, 1);
 * const optimizer = new AdamW(device, transformerParameters(model));
 * const batch = createTokenBatch(device, 1, 4);
 * writeTokenBatch(model, batch, { inputs: Int32Array.of(1, 2, 3, 4), targets: Int32Array.of(2, 3, 4, 5) });
 *
 * const arena = device.arena();
 * const losses: number[] = [];
 * for (let step = 0; step < 5; step++) {
 *   device.replay("dense", () => {
 *     forwardBackward(model, batch, { mode: "dense", arena });
 *     arena.reset();
 *   });
 *   optimizer.step(3e-3);
 *   losses.push((await device.read(model.loss))[0] ?? NaN);
 * }
 * assert((losses.at(-1) ?? NaN) < (losses[0] ?? NaN));
 * ```
 */
export function forwardBackward(model: Transformer, batch: TokenBatch, options: ForwardBackwardOptions): Tensor {
  const { mode, arena, microBatch = 0, microBatches = 1, draw = microBatch, onGradients } = options;
  const accumulate = microBatch > 0;
  if (!accumulate) beginPass(model, mode);
  const tape = new Tape(model.device, arena, { accumulate, ...(onGradients === undefined ? {} : { onGradients }) });
  batchLoss(tape, model, batch, { mode, microBatch: draw }, { loss: model.loss, scale: 1 / microBatches, accumulate });
  tape.backward();
  return model.loss;
}
