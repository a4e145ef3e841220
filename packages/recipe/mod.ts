/**
 * The recipe of sparse pre-training as data and arithmetic: phases, learning rate, sparsity plans, model presets, FLOP,
 * memory and roofline model, and the end-to-end speed-up that follows from measured kernels.
 *
 * ```ts
 * import { endToEndSpeedup, ffnShare, modelPresets, phaseAt, recipes } from "@beyond24/recipe";
 *
 * phaseAt(recipes["llama-1b"], 1000); // "sparse"
 * endToEndSpeedup({ share: ffnShare(modelPresets["llama-1b"]), kernelSpeedup: 3, sparseFraction: 0.5 });
 * ```
 *
 * @module
 */
export * from "./boundaries.ts";
export * from "./data_parallel.ts";
export * from "./executed_fraction.ts";
export * from "./ffn_products.ts";
export * from "./ffn_roofline.ts";
export * from "./gpu_limits.ts";
export * from "./gpu_links.ts";
export * from "./learning_rate_at.ts";
export * from "./logits_rows.ts";
export * from "./model_presets.ts";
export * from "./model_shape.ts";
export * from "./paper_flops.ts";
export * from "./parameter_counts.ts";
export * from "./phases.ts";
export * from "./plan_routing.ts";
export * from "./recipe.ts";
export * from "./recipes.ts";
export * from "./router.ts";
export * from "./routing_for.ts";
export * from "./sparse_layers.ts";
export * from "./sparsity_plan.ts";
export * from "./sparsity_plans.ts";
export * from "./speedup.ts";
export * from "./training_flops.ts";
export * from "./training_memory.ts";
export * from "./training_presets.ts";
export * from "./venom_format.ts";
