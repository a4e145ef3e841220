import type { Parameter } from "@beyond24/autograd";
import type { Transformer } from "./transformer.ts";

/**
 * All parameters of a model in a fixed order, from the embedding to the head. Names follow Hugging Face's Llama where
 * they fit: `model.layers.0.self_attn.q_proj.weight`; the two FFN matrices are `model.layers.0.mlp.w_in` and `….w_out`.
 *
 * @param model The model
 * @returns The parameters, for the optimizer and for checkpoints
 *
 * @example List
 * ```ts
 * import { createTransformer, transformerParameters } from "@beyond24/transformer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: modelPresets.tiny }, 1);
 * assertEquals(transformerParameters(model)[1]?.name, "model.layers.0.input_layernorm.weight");
 * ```
 */
export function transformerParameters(model: Transformer): Parameter[] {
  const layers = model.layers.flatMap(({ attentionNorm, attention, feedForwardNorm, feedForward }) => [
    attentionNorm,
    attention.query,
    attention.key,
    attention.value,
    attention.output,
    feedForwardNorm,
    feedForward.wIn,
    feedForward.wOut,
  ]);
  return [model.embedding, ...layers, model.norm, model.head];
}
