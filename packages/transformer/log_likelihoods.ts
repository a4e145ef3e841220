import { linearLogLikelihood, type LogLikelihoods, Tape } from "@beyond24/autograd";
import { type Arena, rowRange, type Tensor } from "@beyond24/device";
import { attentionShape, beginPass, runLayers } from "./_hidden_states.ts";
import type { Attend } from "./_run_layer.ts";
import type { Transformer } from "./transformer.ts";

/**
 * Sequences that share beginnings, with every shared token once: a tree of T tokens, whose B paths from the root to a
 * leaf are the sequences. Only attention sees whole sequences; all other work is done once a token.
 */
export interface PackedSequences {
  /** i32 [T]: the tokens. */
  readonly tokens: Tensor;
  /** i32 [T]: where each stands in its sequences. */
  readonly positions: Tensor;
  /** i32 [B · S]: which of the tokens stands there, sequence by sequence; -1 behind the end of a sequence. */
  readonly members: Tensor;
  /** i32 [T]: a place among `members` where each token stands. */
  readonly places: Tensor;
  /** B. */
  readonly sequences: number;
  /** S, at most the model's sequence length. */
  readonly sequenceLength: number;
  /** i32 [R]: the tokens behind which something is asked for. */
  readonly asked: Tensor;
  /** i32 [R]: the tokens whose probability behind them is asked for; -1 for nothing. */
  readonly targets: Tensor;
}

/** How {@linkcode logLikelihoods} runs. */
export interface LogLikelihoodsOptions {
  /** Memory of the pass; the results lie in it. */
  readonly arena: Arena;
  /** How the feed-forward networks are computed. Default dense. */
  readonly mode?: "dense" | "sparse";
}

/**
 * Log-probabilities of tokens behind others in one pass, without gradients. Only where something is asked for are
 * scores computed, and never those of all positions at once.
 *
 * @param model The model
 * @param packed The sequences, and what is asked
 * @param options Memory, mode
 * @returns f32 [R] log-probabilities in nats, i32 [R] whether greedy decoding would take the token
 * @throws {Error} If the mode is sparse and the model knows dense passes only, or needs clustering first
 * @throws {TypeError} If sequences are longer than the model's
 *
 * @example Two continuations of one token: three tokens are computed, not four
 * ```ts
 * import { createTransformer, logLikelihoods } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: modelPresets.tiny }, 1);
 * const i32 = (...values: number[]) => {
 *   const tensor = device.tensor([values.length], "i32");
 *   device.write(tensor, Int32Array.from(values));
 *   return tensor;
 * };
 * const packed = {
 *   tokens: i32(72, 101, 105), // "H", "e", "i"
 *   positions: i32(0, 1, 1),
 *   members: i32(0, 1, 0, 2), // "He", "Hi"
 *   places: i32(0, 1, 3),
 *   sequences: 2,
 *   sequenceLength: 2,
 *   asked: i32(0, 0),
 *   targets: i32(101, 105),
 * };
 * const asked = logLikelihoods(model, packed, { arena: device.arena() });
 * assertAlmostEquals((await device.read(asked.logLikelihoods))[0] ?? 0, -Math.log(256), 0.5);
 * ```
 */
export function logLikelihoods(
  model: Transformer,
  packed: PackedSequences,
  options: LogLikelihoodsOptions,
): LogLikelihoods {
  const { arena, mode = "dense" } = options;
  const longest = model.config.shape.sequenceLength;
  if (packed.sequenceLength > longest) {
    throw new TypeError(
      `Cannot run transformer as sequences must have 1 to ${longest} positions: current value is ` +
        `${packed.sequenceLength}`,
    );
  }
  beginPass(model, mode);
  const tape = new Tape(model.device, arena, { recording: false });
  const { value: x } = runLayers(tape, model, packed.tokens, { mode, attend: sharedAttention(model, packed) });
  const [rows = 0] = packed.asked.shape;
  const [, features = 0] = x.shape;
  const asked = tape.tensor([rows, features]);
  model.device.kernels.gatherRows({ x, order: packed.asked, out: asked });
  const { tokens: classes } = model.config;
  return linearLogLikelihood(tape, asked, model.head, packed.targets, classes === undefined ? {} : { classes });
}

/** Attention over the sequences, laid out for it and taken back. */
function sharedAttention(model: Transformer, packed: PackedSequences): Attend {
  const { positions, members, places, sequences, sequenceLength } = packed;
  const { device: { kernels }, cosines, sines } = model;
  const shape = attentionShape(model, sequences, sequenceLength);
  const angles = { cosines: rowRange(cosines, 0, sequenceLength), sines: rowRange(sines, 0, sequenceLength) };
  return (tape, { q, k, v }) => {
    kernels.rope({ x: q.value, out: q.value, heads: shape.heads, ...angles, positions });
    kernels.rope({ x: k.value, out: k.value, heads: shape.keyValueHeads, ...angles, positions });
    const [wholeQ, wholeK, wholeV] = [q, k, v].map(({ value }) => {
      const [, width = 0] = value.shape;
      const whole = tape.tensor([sequences * sequenceLength, width]);
      kernels.gatherRows({ x: value, order: members, out: whole });
      return whole;
    });
    if (wholeQ === undefined || wholeK === undefined || wholeV === undefined) throw new Error("unreachable");
    const attended = tape.tensor(wholeQ.shape);
    const logSumExp = tape.tensor([sequences, shape.heads, sequenceLength], "f32");
    kernels.attention({ q: wholeQ, k: wholeK, v: wholeV, shape, out: attended, logSumExp });
    const out = tape.tensor(q.value.shape);
    kernels.gatherRows({ x: attended, order: places, out });
    for (const tensor of [wholeQ, wholeK, wholeV, attended, logSumExp]) tape.arena.recycle(tensor);
    return tape.output(out);
  };
}
