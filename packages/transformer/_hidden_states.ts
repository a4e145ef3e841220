import { addRmsNorm, attention, embedding, linear, rmsNorm, rope, type Tape, type Variable } from "@beyond24/autograd";
import { type AttentionShape, reshape, rowRange, type Tensor } from "@beyond24/device";
import { denseFeedForward, packFeedForward, refreshFeedForward, sparseFeedForward } from "@beyond24/ffn";
import type { Transformer, TransformerLayer } from "./transformer.ts";

/** How the feed-forward networks are computed. */
export type Mode = "dense" | "sparse";

/** Sequences and their length of a token tensor [B, S]. */
export function batchShape(model: Transformer, tokens: Tensor): { sequences: number; sequenceLength: number } {
  const [sequences = 0, sequenceLength = 0] = tokens.shape;
  const longest = model.config.shape.sequenceLength;
  if (tokens.shape.length === 2 && sequences > 0 && sequenceLength > 0 && sequenceLength <= longest) {
    return { sequences, sequenceLength };
  }
  throw new TypeError(
    `Cannot run transformer as tokens must be [sequences, 1 to ${longest} positions]: current value is [${tokens.shape}]`,
  );
}

/** Refuses a sparse pass of a model that is not ready for it. */
function checkReady({ config, state }: Transformer, mode: Mode): void {
  if (mode === "dense" || state.sparseReady) return;
  const remedy = config.sparsity === undefined
    ? "create the model with sparsity"
    : "call clusterTransformer, or startSparse after a resume";
  throw new Error(`Cannot run a sparse pass as the model is not ready for it: ${remedy}`);
}

/** Prepares all layers for a sparse pass from the current weights; `packed` says that these are packed already. */
export function prepareWeights(model: Transformer, mode: Mode, packed: boolean): void {
  checkReady(model, mode);
  if (mode === "dense") return;
  for (const { feedForward } of model.layers) {
    if (packed) refreshFeedForward(model.device, feedForward);
    else packFeedForward(model.device, feedForward, { countFlips: true });
  }
}

function attentionBranch(
  tape: Tape,
  model: Transformer,
  layer: TransformerLayer,
  x: Variable,
  shape: AttentionShape,
): Variable {
  const { query, key, value, output } = layer.attention;
  const angles = {
    cosines: rowRange(model.cosines, 0, shape.sequenceLength),
    sines: rowRange(model.sines, 0, shape.sequenceLength),
  };
  const q = linear(tape, x, query);
  const k = linear(tape, x, key);
  const v = linear(tape, x, value);
  rope(tape, q, shape.heads, angles);
  rope(tape, k, shape.keyValueHeads, angles);
  return linear(tape, attention(tape, q, k, v, shape), output);
}

/** The normalised output of the last layer, in front of the head: [B · S, D]. */
export function hiddenStates(tape: Tape, model: Transformer, tokens: Tensor, mode: Mode): Variable {
  checkReady(model, mode);
  const { sequences, sequenceLength } = batchShape(model, tokens);
  const { heads, kvHeads, headDim } = model.config.shape;
  const shape = { sequences, sequenceLength, heads, keyValueHeads: kvHeads, headDim };
  const epsilon = model.config.normEpsilon ?? 1e-5;
  const feedForward = mode === "dense" ? denseFeedForward : sparseFeedForward;
  // Every residual connection is computed together with the norm behind it.
  const norms = [...model.layers.map(({ attentionNorm }) => attentionNorm), model.norm];
  let sum = embedding(tape, reshape(tokens, [sequences * sequenceLength]), model.embedding);
  let normed = rmsNorm(tape, sum, norms[0] ?? model.norm, epsilon);
  for (const [index, layer] of model.layers.entries()) {
    const attended = attentionBranch(tape, model, layer, normed, shape);
    ({ sum, normed } = addRmsNorm(tape, sum, attended, layer.feedForwardNorm, epsilon));
    const transformed = feedForward(tape, normed, layer.feedForward);
    ({ sum, normed } = addRmsNorm(tape, sum, transformed, norms[index + 1] ?? model.norm, epsilon));
  }
  return normed;
}
