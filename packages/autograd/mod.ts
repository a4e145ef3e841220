/**
 * Reverse-mode differentiation over the kernels of a device.
 *
 * @module
 */
export * from "./parameter.ts";
