import type { Tape } from "@beyond24/autograd";
import type { Tensor } from "@beyond24/device";
import type { Transformer } from "./transformer.ts";

/** Scores of the tokens that follow: f32 [T, vocabulary] of hidden states [T, D], in the arena of the tape. */
export function scoreTokens(tape: Tape, model: Transformer, x: Tensor): Tensor {
  const [rows = 0] = x.shape;
  // f32 also where activations are not, so that probabilities are not rounded to eight bits.
  const out = tape.tensor([rows, model.config.shape.vocabularySize], "f32");
  model.device.kernels.matmul({ a: x, b: model.head.value, transposeB: true, out });
  return out;
}
