import { Tape } from "@beyond24/autograd";
import { type Arena, rowRange, type Tensor } from "@beyond24/device";
import { batchShape, beginPass, hiddenStates } from "./_hidden_states.ts";
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
 * @returns [B, tokens that can occur], or [B · S, tokens] for all positions, in the device's activation type, inside
 * the arena
 * @throws {Error} If the mode is sparse and the model knows dense passes only, or needs clustering first
 * @throws {TypeError} If the tokens have another shape or are longer than the model's sequence length
 *
 * @example Score the next token
 * ```ts
 * import { createTransformer, logits } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const model = createTransformer(device, { shape: modelPresets.tiny }, 1);
 * const tokens = device.tensor([1, 3], "i32");
 * device.write(tokens, new Int32Array([72, 105, 33]));
 * assertEquals(logits(model, tokens, { arena: device.arena() }).shape, [1, 256]);
 * ```
 */
export function logits(model: Transformer, tokens: Tensor, options: LogitsOptions): Tensor {
  const { arena, mode = "dense", positions = "last" } = options;
  const { kernels } = model.device;
  const { sequences, sequenceLength } = batchShape(model, tokens);
  beginPass(model, mode);
  const tape = new Tape(model.device, arena, { recording: false });
  const { value: x } = hiddenStates(tape, model, tokens, { mode });
  const { tokens: scored = model.config.shape.vocabularySize } = model.config;
  const head = rowRange(model.head.value, 0, scored);
  if (positions === "all") {
    const out = tape.tensor([sequences * sequenceLength, scored]);
    kernels.matmul({ a: x, b: head, transposeB: true, out });
    return out;
  }
  const out = tape.tensor([sequences, scored]);
  for (let sequence = 0; sequence < sequences; sequence++) {
    const end = (sequence + 1) * sequenceLength;
    const scores = rowRange(out, sequence, sequence + 1);
    kernels.matmul({ a: rowRange(x, end - 1, end), b: head, transposeB: true, out: scores });
  }
  return out;
}
