import { checkModelShape, type ModelShape } from "./model_shape.ts";

/** Trainable parameters, by component. */
export interface ParameterCounts {
  /** Token embedding, `V D`. */
  readonly embedding: number;
  /** Query, key, value and output projections of all layers, `2D(N + K)H L`. */
  readonly attention: number;
  /** `wIn` and `wOut` of all layers, `2DF L`. */
  readonly ffn: number;
  /** Gains of the RMS norms, `(2L + 1) D`. */
  readonly norms: number;
  /** Output head, `V D`, not tied to the embedding. */
  readonly lmHead: number;
  /** All of them. */
  readonly total: number;
}

/**
 * Counts the parameters of a model: two-matrix FFN, no biases, untied embeddings.
 *
 * @param model Sizes of the model
 * @returns Number of parameters of each component and in total
 * @throws {RangeError} If a size is out of bounds
 *
 * @example Check the size of the 7B preset
 * ```ts
 * import { modelPresets, parameterCounts } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(parameterCounts(modelPresets["llama-7b"]).total / 1e9, 6.69, 0.005);
 * ```
 */
export function parameterCounts(model: ModelShape): ParameterCounts {
  checkModelShape(model);
  const { layers, dModel, dFfn, heads, kvHeads, headDim, vocabularySize } = model;
  const embedding = vocabularySize * dModel;
  const attention = layers * 2 * dModel * (heads + kvHeads) * headDim;
  const ffn = layers * 2 * dModel * dFfn;
  const norms = (2 * layers + 1) * dModel;
  return { embedding, attention, ffn, norms, lmHead: embedding, total: 2 * embedding + attention + ffn + norms };
}
