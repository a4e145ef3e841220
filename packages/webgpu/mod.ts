/**
 * Every kernel of the contract in WGSL: the same training on any GPU, in Deno and in a browser.
 * {@linkcode createWebGpuDevice} opens a device.
 *
 * @module
 */
export * from "./create_web_gpu_device.ts";
export * from "./is_software_adapter.ts";
export * from "./tile_choice.ts";
export * from "./tune_tiles.ts";
export * from "./tuned_tiles.ts";
export * from "./web_gpu_device.ts";
