/**
 * The kernel contract of `@beyond24/device` on NVIDIA GPUs, through the CUDA driver (`libcuda.so.1`) alone: kernels are
 * checked-in PTX, no compiler and no toolkit is needed. cuBLASLt and cuDNN are used for dense products and attention
 * when they are found.
 *
 * @module
 */
export * from "./create_cuda_device.ts";
export * from "./cuda_collectives.ts";
export * from "./gpu_count.ts";
export * from "./driver/driver.ts";
export * from "./driver/native_driver.ts";
export * from "./driver/recording_driver.ts";
export type { PackedArguments } from "./driver/pack_arguments.ts";
