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
export * from "./collectives.ts";
export * from "./device.ts";
export * from "./device_profile.ts";
export * from "./kernels.ts";
export * from "./bind_kernels.ts";
export * from "./checked_kernels.ts";
export * from "./separate_products.ts";
export * from "./kernels/attention.ts";
export * from "./kernels/elementwise.ts";
export * from "./kernels/loss.ts";
export * from "./kernels/normalization.ts";
export * from "./kernels/optimizer.ts";
export * from "./kernels/product.ts";
export * from "./kernels/routing.ts";
export * from "./kernels/sparsity.ts";
