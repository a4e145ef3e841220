import {
  addRmsNorm,
  linear,
  type NormalizedSum,
  type Projections,
  projections,
  type Tape,
  type Variable,
} from "@beyond24/autograd";
import type { Tensor, UnbiasedDraw } from "@beyond24/device";
import { denseFeedForward, sparseFeedForward } from "@beyond24/ffn";
import { hash32 } from "@beyond24/sparse24";
import type { Transformer, TransformerLayer } from "./transformer.ts";

/** How the feed-forward networks are computed. */
export type Mode = "dense" | "sparse";

/** A pass through a model. */
export interface Pass {
  /** How the feed-forward networks are computed. */
  readonly mode: Mode;
  /** Index of the micro-batch: every one draws its own random numbers. Default 0. */
  readonly microBatch?: number;
  /** Is shown the tokens in front of each feed-forward network, layer by layer: [T, D]. */
  readonly onInputs?: (x: Tensor) => void;
}

/** What the tokens of a pass attend to: [T, heads · headDim] of the projections in a layer. */
export type Attend = (tape: Tape, projections: Projections, layer: number) => Variable;

/** A pass with its tokens, and what these attend to. */
export interface LayerPass extends Pass {
  /** What its tokens attend to. */
  readonly attend: Attend;
  /** Which token of the vocabulary each one is: i32 [T]. */
  readonly tokens: Tensor;
}

/** A layer in its model. */
export interface LayerPlace {
  /** The model. */
  readonly model: Transformer;
  /** The layer. */
  readonly layer: TransformerLayer;
  /** Which one it is, from 0. */
  readonly index: number;
}

/** The random numbers of a network in a pass. */
export function drawOf({ draws: { seed, step } }: Transformer, microBatch: number, layer: number): UnbiasedDraw {
  return { key: hash32([seed, microBatch, layer]), step };
}

/** Added to the mean square in every norm. */
export function epsilonOf({ config: { normEpsilon = 1e-5 } }: Transformer): number {
  return normEpsilon;
}

/** The first half of a layer, on the normed residual stream: the stream behind it, and that normed. */
export function runAttention(
  tape: Tape,
  { sum, normed }: NormalizedSum,
  { model, layer, index }: LayerPlace,
  { attend }: LayerPass,
): NormalizedSum {
  const { query, key, value, output } = layer.attention;
  const attended = attend(tape, projections(tape, normed, { query, key, value }), index);
  // In front of the gradients of attention, by far the longest kernel that leaves room for others beside it.
  tape.announceGradients();
  const projected = linear(tape, attended, output);
  return addRmsNorm(tape, sum, projected, layer.feedForwardNorm, epsilonOf(model));
}

/** How the network of a layer is computed in a pass: one that was created without sparsity is dense in every pass. */
export function modeOf({ feedForward: { sparse } }: TransformerLayer, mode: Mode): Mode {
  return sparse === undefined ? "dense" : mode;
}

/** The second half of a layer, on the normed residual stream: what is to be added to the stream. */
export function runFeedForward(
  tape: Tape,
  normed: Variable,
  { model, layer, index }: LayerPlace,
  { mode, microBatch = 0, onInputs, tokens }: LayerPass,
): Variable {
  onInputs?.(normed.value);
  if (modeOf(layer, mode) === "dense") return denseFeedForward(tape, normed, layer.feedForward);
  return sparseFeedForward(tape, normed, layer.feedForward, { draw: drawOf(model, microBatch, index), tokens });
}
