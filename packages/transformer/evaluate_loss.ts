import type { Arena, Tensor } from "@beyond24/device";
import type { TokenBatch, Transformer } from "./transformer.ts";

/** How {@linkcode evaluateLoss} runs. */
export interface EvaluateLossOptions {
  /** How the feed-forward networks are computed. Default dense. */
  readonly mode?: "dense" | "sparse";
  /** Memory of the pass. The caller resets it afterwards. */
  readonly arena: Arena;
  /** f32 [1]: receives the mean loss in nats per token times `scale`. */
  readonly out: Tensor;
  /** Factor on the loss, commonly 1 / batches. Default 1. */
  readonly scale?: number;
  /** Whether the loss is added to `out`. Default false. */
  readonly accumulate?: boolean;
}

/**
 * Loss without gradients. Statistics of the feed-forward networks are overwritten.
 *
 * @param model The model
 * @param batch The tokens
 * @param options Mode, memory, where the loss goes
 * @returns `options.out`
 */
export function evaluateLoss(_model: Transformer, _batch: TokenBatch, _options: EvaluateLossOptions): Tensor {
  throw new Error("Not written yet");
}
