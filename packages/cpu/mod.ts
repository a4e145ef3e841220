/**
 * Devices that run on any CPU. {@linkcode createCpuDevice} is the fast one: WebAssembly, threads, BLAS where there is
 * one. {@linkcode createReferenceDevice} is the plain one that all others are held against.
 *
 * @module
 */
export * from "./blas/blas_error.ts";
export * from "./cpu_device.ts";
export * from "./reference/reference_device.ts";
