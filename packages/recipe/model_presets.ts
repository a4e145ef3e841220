import type { ModelShape } from "./model_shape.ts";

/** Name of a preset that can be trained. */
export type PresetName = "tiny" | "small" | "llama-125m" | "llama-350m" | "llama-1b" | "llama-7b";

/**
 * Model sizes, from a laptop to the paper's.
 *
 * - `tiny` and `small` read bytes (vocabulary 256) and train on a CPU.
 * - `llama-125m` and `llama-350m` have the layers, widths and heads of GPT-3 Small and Medium (arXiv:2005.14165, Table
 *   2.1)
 *   in the shape of Llama: 4 neurons a feature, 4 heads for keys and values, and a vocabulary of 32,000 unless the
 *   tokens have another. Their neurons can be cut into whole tiles by the 4 clusters of the plan `paper` and by the
 *   24 (`llama-125m`) and 16 of `beyond`.
 * - `llama-1b` and `llama-7b` are Table 1 of the paper, which leaves out the number of key and value heads and the
 *   vocabulary. Here: a key and value head for every four query heads, the ratio of Llama 3 8B and the one that gives
 *   the paper's 2.2x per iteration (see the README), and the Llama 3 vocabulary of 128 256. With the two-matrix FFN
 *   this makes 1.49e9 parameters (0.97e9 without embedding and head) and 6.69e9.
 *
 * @example Look up a model
 * ```ts
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(modelPresets["llama-7b"].dFfn, 16_384);
 * ```
 */
export const modelPresets: Readonly<Record<PresetName, ModelShape>> = {
  "tiny": {
    layers: 2,
    dModel: 64,
    dFfn: 256,
    heads: 4,
    kvHeads: 2,
    headDim: 16,
    vocabularySize: 256,
    sequenceLength: 128,
  },
  "small": {
    layers: 4,
    dModel: 256,
    dFfn: 2048,
    heads: 4,
    kvHeads: 2,
    headDim: 64,
    vocabularySize: 256,
    sequenceLength: 128,
  },
  "llama-125m": {
    layers: 12,
    dModel: 768,
    dFfn: 3072,
    heads: 12,
    kvHeads: 4,
    headDim: 64,
    vocabularySize: 32_000,
    sequenceLength: 2048,
  },
  "llama-350m": {
    layers: 24,
    dModel: 1024,
    dFfn: 4096,
    heads: 16,
    kvHeads: 4,
    headDim: 64,
    vocabularySize: 32_000,
    sequenceLength: 2048,
  },
  "llama-1b": {
    layers: 22,
    dModel: 2048,
    dFfn: 8192,
    heads: 16,
    kvHeads: 4,
    headDim: 128,
    vocabularySize: 128_256,
    sequenceLength: 8192,
  },
  "llama-7b": {
    layers: 32,
    dModel: 4096,
    dFfn: 16_384,
    heads: 32,
    kvHeads: 8,
    headDim: 128,
    vocabularySize: 128_256,
    sequenceLength: 8192,
  },
};

/**
 * Sizes of Llama 3.1 405B (arXiv:2407.21783, Table 3), for the paper's section 3.2 and Figure 1.
 *
 * The original has a gated FFN of three matrices: pass `{ ffnMatrices: 3 }` to the FLOP model for it.
 *
 * @example Compare with the paper
 * ```ts
 * import { llama405b, paperFfnShare } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(paperFfnShare(llama405b), 0.821, 1e-3);
 * ```
 */
export const llama405b: ModelShape = {
  layers: 126,
  dModel: 16_384,
  dFfn: 53_248,
  heads: 128,
  kvHeads: 8,
  headDim: 128,
  vocabularySize: 128_256,
  sequenceLength: 8192,
};
