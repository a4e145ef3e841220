/**
 * The safetensors format: encode tensors to bytes and decode bytes to typed arrays, with every check the format asks
 * for.
 *
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "@beyond24/safetensors";
 *
 * const bytes = encodeSafetensors({ weight: { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } });
 * const { tensors } = decodeSafetensors(bytes);
 * tensors.weight?.data; // Float32Array [1, 2, 3, 4]
 * ```
 *
 * @module
 */
export * from "./decode_safetensors.ts";
export * from "./encode_safetensors.ts";
export * from "./safetensors_tensor.ts";
