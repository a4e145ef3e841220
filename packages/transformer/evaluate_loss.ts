import { Tape } from "@beyond24/autograd";
import type { Arena, Tensor } from "@beyond24/device";
import { batchLoss } from "./_batch_loss.ts";
import { beginPass } from "./_hidden_states.ts";
import type { TokenBatch } from "./token_batch.ts";
import type { Transformer } from "./transformer.ts";

/** How {@linkcode evaluateLoss} runs. */
export interface EvaluateLossOptions {
  /** How the feed-forward networks are computed. Default dense. */
  readonly mode?: "dense" | "sparse";
  /** Memory of the pass. The caller resets it afterwards. */
  readonly arena: Arena;
  /** f32 [1]: receives the loss in nats per token, mean over the targets that count, times `scale`. */
  readonly out: Tensor;
  /** Factor on the loss, commonly 1 / batches. Default 1. */
  readonly scale?: number;
  /** Whether the loss is added to `out`. Default false. */
  readonly accumulate?: boolean;
}

/**
 * Loss without gradients. The statistics of the networks are overwritten. Kernels only.
 *
 * @param model The model
 * @param batch The tokens
 * @param options Mode, memory, where the loss goes
 * @returns `options.out`
 * @throws {Error} If the mode is sparse and the model knows dense passes only, or needs clustering first
 * @throws {TypeError} If the shapes of tokens and targets differ or are longer than the model's sequence length
 *
 * @example Loss of an untrained model
 * ```ts
 * import { createTokenBatch, createTransformer, evaluateLoss } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: modelPresets.tiny }, 1);
 * const out = device.tensor([1], "f32");
 * evaluateLoss(model, createTokenBatch(device, 1, 4), { arena: device.arena(), out });
 * assertAlmostEquals((await device.read(out))[0] ?? 0, Math.log(256), 0.5);
 * ```
 */
export function evaluateLoss(model: Transformer, batch: TokenBatch, options: EvaluateLossOptions): Tensor {
  const { mode = "dense", arena, out, scale = 1, accumulate = false } = options;
  beginPass(model, mode);
  const tape = new Tape(model.device, arena, { recording: false });
  batchLoss(tape, model, batch, { mode }, { loss: out, scale, accumulate });
  return out;
}
