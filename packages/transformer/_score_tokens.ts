import type { Tape } from "@beyond24/autograd";
import { rowRange, type Tensor } from "@beyond24/device";
import type { Transformer } from "./transformer.ts";

/** Scores of the tokens that follow, those that can occur: f32 [T, tokens] of hidden states [T, D], in the arena of the tape. */
export function scoreTokens(tape: Tape, model: Transformer, x: Tensor): Tensor {
  const [rows = 0] = x.shape;
  // f32 also where activations are not, so that probabilities are not rounded to eight bits.
  const { tokens = model.config.shape.vocabularySize } = model.config;
  const out = tape.tensor([rows, tokens], "f32");
  model.device.kernels.matmul({ a: x, b: rowRange(model.head.value, 0, tokens), transposeB: true, out });
  return out;
}
