import {
  add,
  addRmsNorm,
  attention,
  embedding,
  type Parameter,
  rmsNorm,
  rope,
  type Tape,
  type Variable,
} from "@beyond24/autograd";
import { type AttentionShape, reshape, rowRange, type Tensor } from "@beyond24/device";
import { refreshFeedForward } from "@beyond24/ffn";
import { isRouted } from "@beyond24/recipe";
import {
  type Attend,
  epsilonOf,
  type LayerPass,
  type Mode,
  type Pass,
  runAttention,
  runFeedForward,
} from "./_run_layer.ts";
import type { Transformer } from "./transformer.ts";

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

/**
 * The normalised output of the last layer, in front of the head: [B · S, D]. With `end` instead that in front of the
 * feed-forward network of this layer, and none behind it is run.
 */
export function hiddenStates(tape: Tape, model: Transformer, tokens: Tensor, pass: Pass, end?: number): Variable {
  const { sequences, sequenceLength } = batchShape(model, tokens);
  const attend = causalAttention(model, attentionShape(model, sequences, sequenceLength));
  return runLayers(tape, model, reshape(tokens, [sequences * sequenceLength]), { ...pass, attend }, end);
}

/** A pass with what its tokens attend to. */
type TokenPass = Omit<LayerPass, "tokens">;

/** {@linkcode hiddenStates} of any tokens [T] that attend to what the pass says. */
export function runLayers(tape: Tape, model: Transformer, tokens: Tensor, pass: TokenPass, end?: number): Variable {
  const input = embedding(tape, tokens, model.embedding);
  const run = model.config.recompute ? runLayersTwice : runLayersOnce;
  return run(tape, model, input, { ...pass, tokens }, end);
}

/** Keeps all that the backward pass needs. Every residual connection is computed together with the norm behind it. */
function runLayersOnce(tape: Tape, model: Transformer, input: Variable, pass: LayerPass, end?: number): Variable {
  let stream = { sum: input, normed: normOf(tape, model, input, 0) };
  for (const [index, layer] of model.layers.entries()) {
    const place = { model, layer, index };
    stream = runAttention(tape, stream, place, pass);
    if (index === end) break;
    const transformed = runFeedForward(tape, stream.normed, place, pass);
    stream = addRmsNorm(tape, stream.sum, transformed, gainOf(model, index + 1), epsilonOf(model));
  }
  return stream.normed;
}

/** Keeps the input of each layer, which runs again in the backward pass. */
function runLayersTwice(tape: Tape, model: Transformer, input: Variable, pass: LayerPass, end?: number): Variable {
  let x = input;
  for (const [index, layer] of model.layers.entries()) {
    const sum = x;
    const place = { model, layer, index };
    const attended = (tape: Tape) => runAttention(tape, { sum, normed: normOf(tape, model, sum, index) }, place, pass);
    if (index === end) return attended(tape).normed;
    x = tape.recompute((tape) => {
      const stream = attended(tape);
      return add(tape, stream.sum, runFeedForward(tape, stream.normed, place, pass));
    });
  }
  return normOf(tape, model, x, model.layers.length);
}

/** The norm in front of a layer, or of the head behind the last one. */
function normOf(tape: Tape, model: Transformer, x: Variable, index: number): Variable {
  return rmsNorm(tape, x, gainOf(model, index), epsilonOf(model));
}

function gainOf({ layers, norm }: Transformer, index: number): Parameter {
  return layers[index]?.attentionNorm ?? norm;
}
