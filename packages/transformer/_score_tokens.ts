import type { Tape } from "@beyond24/autograd";
import { rowRange, type Tensor } from "@beyond24/device";
import type { Transformer } from "./transformer.ts";

/**
 * Scores of the tokens that follow, those that can occur: f32 [T, tokens] of hidden states [T, D], in `out` or in the
 * arena of the tape.
 */
export function scoreTokens(tape: Tape, model: Transformer, x: Tensor, out?: Tensor): Tensor {
  const [rows = 0] = x.shape;
  const { tokens = model.config.shape.vocabularySize } = model.config;
  // f32 also where activations are not, so that probabilities are not rounded to eight bits.
  const scores = out ?? tape.tensor([rows, tokens], "f32");
  model.device.kernels.matmul({ a: x, b: rowRange(model.head.value, 0, tokens), transposeB: true, out: scores });
  return scores;
}
