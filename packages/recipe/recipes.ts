import type { PresetName } from "./model_presets.ts";
import type { Recipe } from "./recipe.ts";

function warmSparseDense(warmUp: number, sparse: number, dense: number): Recipe {
  return [{ phase: "dense", steps: warmUp }, { phase: "sparse", steps: sparse }, { phase: "dense", steps: dense }];
}

/**
 * The recipe of every model preset: dense warm-up, sparse steps, dense steps.
 *
 * `llama-1b` and `llama-7b` are the recipes of the paper's Table 2. It gives "30k sparse and 30k dense steps" and "10k
 * sparse and 38k dense steps", and section 5.2.2 begins the Venom sparsity after a dense warm-up of 1000 steps; this
 * warm-up is taken out of the sparse steps, so that the totals stay 60 000 and 48 000. `tiny` and `small` spend
 * one half on warm-up and sparse steps and the other half on dense ones, in the manner of the 1B recipe, and so do
 * `llama-125m` and `llama-350m`, whose steps are those of 20 tokens a parameter.
 *
 * @example Read the paper's 1B recipe
 * ```ts
 * import { recipes } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(recipes["llama-1b"].map(({ steps }) => steps), [1000, 29000, 30000]);
 * ```
 */
export const recipes: Readonly<Record<PresetName, Recipe>> = {
  "tiny": warmSparseDense(64, 1436, 1500),
  "small": warmSparseDense(60, 740, 800),
  "llama-125m": warmSparseDense(1000, 18_200, 19_200),
  "llama-350m": warmSparseDense(1000, 104_000, 105_000),
  "llama-1b": warmSparseDense(1000, 29_000, 30_000),
  "llama-7b": warmSparseDense(1000, 9000, 38_000),
};
