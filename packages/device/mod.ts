/**
 * The contract between models and devices: what a {@linkcode Tensor} is, what a {@linkcode Device} can do, and every
 * operation a training step needs ({@linkcode Kernels}). It holds no arithmetic of its own: `cpu`, `webgpu` and `cuda`
 * implement it, and all of them run the same contract suite (`@beyond24/device/contract`).
 *
 * @module
 */
export * from "./tensor.ts";
export * from "./round_to.ts";
export * from "./packed24.ts";
export * from "./segments.ts";
export * from "./block_pool.ts";
export * from "./collectives.ts";
export * from "./parts.ts";
export type * from "./process_group.ts";
export * from "./device.ts";
export * from "./device_profile.ts";
export * from "./kernel_names.ts";
export * from "./kernels.ts";
export * from "./bind_kernels.ts";
export * from "./checked_kernels.ts";
export * from "./separate_passes.ts";
export * from "./separate_products.ts";
export type * from "./kernels/attention.ts";
export type * from "./kernels/elementwise.ts";
export type * from "./kernels/loss.ts";
export type * from "./kernels/normalization.ts";
export type * from "./kernels/optimizer.ts";
export type * from "./kernels/product.ts";
export type * from "./kernels/routing.ts";
export type * from "./kernels/sparsity.ts";
export { RELU_FACTOR } from "./kernels/sparsity.ts";
export { sortedCapacity } from "./kernels/routing.ts";
