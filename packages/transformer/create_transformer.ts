import type { Device } from "@beyond24/device";
import type { Transformer } from "./transformer.ts";
import type { TransformerConfig } from "./transformer_config.ts";

/**
 * Allocates and initialises a model: normal(0, 0.02) matrices, the two output projections of every layer scaled by
 * 1 / sqrt(2 · layers), gains 1. Every parameter has its own stream of random numbers, derived from the seed and its name.
 *
 * @param device Where it lives
 * @param config Sizes, constants, sparsity
 * @param seed Seed of the initial weights
 * @returns The model; {@linkcode disposeTransformer} frees it
 * @throws {RangeError} If a size is out of bounds
 */
export function createTransformer(_device: Device, _config: TransformerConfig, _seed: number): Transformer {
  throw new Error("Not written yet");
}

/**
 * Frees all tensors of a model. The device stays.
 *
 * @param model The model, unusable afterwards
 */
export function disposeTransformer(_model: Transformer): void {
  throw new Error("Not written yet");
}
