/**
 * V:N:M ("Venom") sparsity on plain typed arrays: exact magnitude pruning, packing, and the arrays of the Spatha kernel
 * library. A block of V rows and M columns keeps four columns, and each of its rows two of those four, so that sparse
 * tensor cores multiply it as 2:4 at sparsities of 75 % and more. No device, no files.
 *
 * @example Prune, pack, unpack
 * ```ts
 * import { isVnm, packVnm, pruneVnm, unpackVnm } from "@beyond24/venom";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const format = { rows: 64, cols: 64, v: 64, n: 2, m: 16 };
 * const values = Float32Array.from({ length: 64 * 64 }, (_, i) => Math.sin(i));
 * const mask = pruneVnm(values, format);
 * assert(isVnm(mask, format));
 * const packed = packVnm(values, format, mask);
 * assertEquals(packed.values.length, values.length / 8); // 87.5 % sparse
 * assertEquals(unpackVnm(packed), values.map((value, i) => mask[i] ? value : 0));
 * ```
 *
 * @module
 */
export * from "./is_vnm.ts";
export * from "./pack_vnm.ts";
export * from "./prune_vnm.ts";
export * from "./spatha.ts";
export * from "./vnm_format.ts";
