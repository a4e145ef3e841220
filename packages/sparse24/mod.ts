/**
 * 2:4 sparsity on plain typed arrays: soft threshold, pruning, packing, and the metadata layouts that NVIDIA's sparse
 * tensor cores and public checkpoints use. No device, no files.
 *
 * One tie rule everywhere (the lowest index wins) and one completion rule for groups with fewer than two kept elements
 * (torch's, see {@linkcode nibble24}), so that every back end can agree with these functions bit for bit.
 *
 * @example Soft-threshold, pack, and lay the metadata out for Hopper
 * ```ts
 * import { encodeMetadata24, pack24, softThreshold24, unpack24 } from "@beyond24/sparse24";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { rows: 64, cols: 128 };
 * const weights = Float32Array.from({ length: 64 * 128 }, (_, i) => Math.sin(i));
 * const sparse = softThreshold24(weights, shape);
 * const packed = pack24(sparse, shape);
 * assertEquals(unpack24(packed), sparse);
 * assertEquals(encodeMetadata24(packed.metadata, shape, "wgmma-sm90").byteLength, 1024);
 * ```
 *
 * @module
 */
export * from "./bitmask24.ts";
export * from "./flip_rate24.ts";
export * from "./hash32.ts";
export * from "./is24.ts";
export * from "./keep_two24.ts";
export * from "./matrix_shape.ts";
export * from "./metadata24.ts";
export * from "./pack24.ts";
export * from "./prune24.ts";
export * from "./prune_transposable24.ts";
export * from "./select_unbiased24.ts";
export * from "./soft_threshold24.ts";
