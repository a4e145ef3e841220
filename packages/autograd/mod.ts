/**
 * Reverse-mode differentiation over the kernels of a device: a {@linkcode Tape}, trained weights
 * ({@linkcode Parameter}), and one differentiable function a file.
 *
 * @module
 */
export * from "./add.ts";
export * from "./add_rms_norm.ts";
export * from "./attention.ts";
export * from "./create_parameter.ts";
export * from "./embedding.ts";
export * from "./free_parameter.ts";
export * from "./gradient_store.ts";
export { linear } from "./linear.ts";
export * from "./linear_cross_entropy.ts";
export * from "./linear_log_likelihood.ts";
export * from "./parameter.ts";
export * from "./projections.ts";
export * from "./rms_norm.ts";
export * from "./rope.ts";
export * from "./tape.ts";
export * from "./variable.ts";
export * from "./write_parameter.ts";
