import type { Arena, Tensor } from "@beyond24/device";
import type { Transformer } from "./transformer.ts";

/** How {@linkcode logits} runs. */
export interface LogitsOptions {
  /** Memory of the pass; the result lies in it. */
  readonly arena: Arena;
  /** How the feed-forward networks are computed. Default dense. */
  readonly mode?: "dense" | "sparse";
  /** Scores of every position, or of the last position of each sequence only. Default `"last"`. */
  readonly positions?: "all" | "last";
}

/**
 * Scores of the next token.
 *
 * @param model The model
 * @param tokens i32 [B, S], S at most the model's sequence length
 * @param options Memory, mode, positions
 * @returns [B, vocabulary], or [B · S, vocabulary] for all positions, in the device's activation type, inside the arena
 */
export function logits(_model: Transformer, _tokens: Tensor, _options: LogitsOptions): Tensor {
  throw new Error("Not written yet");
}
