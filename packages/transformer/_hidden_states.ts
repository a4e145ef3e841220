import { addRmsNorm, attention, embedding, linear, rmsNorm, rope, type Tape, type Variable } from "@beyond24/autograd";
import { type AttentionShape, reshape, rowRange, type Tensor, type UnbiasedDraw } from "@beyond24/device";
import { denseFeedForward, refreshFeedForward, sparseFeedForward } from "@beyond24/ffn";
import { isRouted } from "@beyond24/recipe";
import { hash32 } from "@beyond24/sparse24";
import type { Transformer } from "./transformer.ts";

/** How the feed-forward networks are computed. */
export type Mode = "dense" | "sparse";

/** A pass through a model. */
export interface Pass {
  /** How the feed-forward networks are computed. */
  readonly mode: Mode;
  /** Index of the micro-batch: every one draws its own random numbers. Default 0. */
  readonly microBatch?: number;
}

/** Sequences and their length of a token tensor [B, S]. */
export function batchShape(model: Transformer, tokens: Tensor): { sequences: number; sequenceLength: number } {
  const [sequences = 0, sequenceLength = 0] = tokens.shape;
  const longest = model.config.shape.sequenceLength;
  if (tokens.shape.length === 2 && sequences > 0 && sequenceLength > 0 && sequenceLength <= longest) {
    return { sequences, sequenceLength };
  }
  throw new TypeError(
    `Cannot run transformer as tokens must be [sequences, 1 to ${longest} positions]: current value is ` +
      `[${tokens.shape}]`,
  );
}

/** Refuses a sparse pass of a model that knows none, or whose neurons have no experts yet. */
function checkReady({ config: { sparsity }, state }: Transformer, mode: Mode): void {
  if (mode === "dense") return;
  if (sparsity === undefined) {
    throw new Error("Cannot run a sparse pass as the model knows dense ones only: create it with sparsity");
  }
  if (state.clustered || !isRouted(sparsity.plan)) return;
  throw new Error("Cannot run a sparse pass as the neurons are not clustered: call clusterTransformer first");
}

/** Begins a pass over all layers: in a sparse one means and packed weights become those of the current weights. */
export function beginPass(model: Transformer, mode: Mode): void {
  checkReady(model, mode);
  if (mode === "dense") return;
  for (const { feedForward } of model.layers) refreshFeedForward(model.device, feedForward);
}

/** Queries, keys and values of the tokens of a layer, as they are projected: no position is in them yet. */
export interface Projections {
  /** [T, heads · headDim]. */
  readonly q: Variable;
  /** [T, kvHeads · headDim]. */
  readonly k: Variable;
  /** [T, kvHeads · headDim]. */
  readonly v: Variable;
}

/** What the tokens of a pass attend to: [T, heads · headDim] of the projections in a layer. */
export type Attend = (tape: Tape, projections: Projections, layer: number) => Variable;

/** Whole sequences, from their first position on. */
export function causalAttention(model: Transformer, shape: AttentionShape): Attend {
  const angles = {
    cosines: rowRange(model.cosines, 0, shape.sequenceLength),
    sines: rowRange(model.sines, 0, shape.sequenceLength),
  };
  return (tape, { q, k, v }) => {
    rope(tape, q, shape.heads, angles);
    rope(tape, k, shape.keyValueHeads, angles);
    return attention(tape, q, k, v, shape);
  };
}

/** The shape of attention over some sequences. */
export function attentionShape(model: Transformer, sequences: number, sequenceLength: number): AttentionShape {
  const { heads, kvHeads, headDim } = model.config.shape;
  return { sequences, sequenceLength, heads, keyValueHeads: kvHeads, headDim };
}

/** The random numbers of a network in a pass. */
export function drawOf({ draws: { seed, step } }: Transformer, microBatch: number, layer: number): UnbiasedDraw {
  return { key: hash32([seed, microBatch, layer]), step };
}

/**
 * The normalised output of the last layer, in front of the head: [B · S, D]. With `end` instead that in front of the
 * feed-forward network of this layer, and none behind it is run.
 */
export function hiddenStates(tape: Tape, model: Transformer, tokens: Tensor, pass: Pass, end?: number): Variable {
  const { sequences, sequenceLength } = batchShape(model, tokens);
  const attend = causalAttention(model, attentionShape(model, sequences, sequenceLength));
  return runLayers(tape, model, reshape(tokens, [sequences * sequenceLength]), { ...pass, attend }, end);
}

/** {@linkcode hiddenStates} of any tokens [T] that attend to what the pass says. */
export function runLayers(
  tape: Tape,
  model: Transformer,
  tokens: Tensor,
  { mode, microBatch = 0, attend }: Pass & { readonly attend: Attend },
  end?: number,
): Variable {
  const epsilon = model.config.normEpsilon ?? 1e-5;
  // Every residual connection is computed together with the norm behind it.
  const norms = [...model.layers.map(({ attentionNorm }) => attentionNorm), model.norm];
  let sum = embedding(tape, tokens, model.embedding);
  let normed = rmsNorm(tape, sum, norms[0] ?? model.norm, epsilon);
  for (const [index, layer] of model.layers.entries()) {
    const { query, key, value, output } = layer.attention;
    const projections = {
      q: linear(tape, normed, query),
      k: linear(tape, normed, key),
      v: linear(tape, normed, value),
    };
    const attended = linear(tape, attend(tape, projections, index), output);
    ({ sum, normed } = addRmsNorm(tape, sum, attended, layer.feedForwardNorm, epsilon));
    if (index === end) break;
    const transformed = mode === "dense"
      ? denseFeedForward(tape, normed, layer.feedForward)
      : sparseFeedForward(tape, normed, layer.feedForward, drawOf(model, microBatch, index));
    ({ sum, normed } = addRmsNorm(tape, sum, transformed, norms[index + 1] ?? model.norm, epsilon));
  }
  return normed;
}
