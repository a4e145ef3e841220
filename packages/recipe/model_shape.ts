import { checkInteger } from "./_check.ts";

/** The sizes of a Llama-style decoder with an FFN of two matrices (no gate). */
export interface ModelShape {
  /** Number of transformer blocks (L). */
  readonly layers: number;
  /** Width of the residual stream, d_model (D). */
  readonly dModel: number;
  /** Neurons of one FFN, d_ffn (F). */
  readonly dFfn: number;
  /** Query heads of one attention layer (N). */
  readonly heads: number;
  /** Key and value heads of one attention layer (K), a divisor of `heads`. */
  readonly kvHeads: number;
  /** Width of one head (H), even because of the rotary embedding. */
  readonly headDim: number;
  /** Number of tokens in the vocabulary. Embedding and output head are not tied. */
  readonly vocabularySize: number;
  /** Tokens in one training sequence (T). */
  readonly sequenceLength: number;
}

const fields = [
  "layers",
  "dModel",
  "dFfn",
  "heads",
  "kvHeads",
  "headDim",
  "vocabularySize",
  "sequenceLength",
] as const satisfies readonly (keyof ModelShape)[];

/**
 * Checks the sizes of a model.
 *
 * @param model The sizes
 * @throws {RangeError} If a field is not an integer >= 1, `kvHeads` does not divide `heads`, or `headDim` is odd
 *
 * @example Refuse a bad number of key and value heads
 * ```ts
 * import { checkModelShape, modelPresets } from "@beyond24/recipe";
 * import { assertThrows } from "@std/assert";
 *
 * checkModelShape(modelPresets.tiny);
 * assertThrows(() => checkModelShape({ ...modelPresets.tiny, kvHeads: 3 }), RangeError);
 * ```
 */
export function checkModelShape(model: ModelShape): void {
  for (const field of fields) checkInteger(model[field], field, 1, "use model shape");
  if (model.heads % model.kvHeads !== 0) {
    throw new RangeError(
      `Cannot use model shape as kvHeads must divide heads ${model.heads}: current value is ${model.kvHeads}`,
    );
  }
  if (model.headDim % 2 !== 0) {
    throw new RangeError(`Cannot use model shape as headDim must be even: current value is ${model.headDim}`);
  }
}
