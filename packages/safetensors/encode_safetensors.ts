import { encodeSafetensorsParts } from "./encode_safetensors_parts.ts";
import type { SafetensorsMetadata, SafetensorsTensors } from "./safetensors_tensor.ts";

/**
 * Encodes tensors as one safetensors file in memory.
 *
 * Equal tensors and metadata give equal bytes; {@linkcode encodeSafetensorsHeader} says in which order, and
 * {@linkcode encodeSafetensorsParts} writes large files without a second copy.
 *
 * @param tensors Tensors by name
 * @param metadata Free text by name
 * @returns The file
 * @throws {TypeError} If a name is reserved (`__metadata__`) or not well-formed Unicode, or an array fits neither its dtype nor
 *   its shape, or metadata are not strings
 * @throws {RangeError} If the header is longer than 100 MB
 *
 * @example Encode a scalar
 * ```ts
 * import { encodeSafetensors } from "@beyond24/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const file = encodeSafetensors({ a: { dtype: "U8", shape: [], data: Uint8Array.of(7) } });
 * const header = '{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}';
 * assertEquals(new TextDecoder().decode(file.subarray(8, -1)).trim(), header);
 * ```
 */
export function encodeSafetensors(
  tensors: SafetensorsTensors,
  metadata?: SafetensorsMetadata,
): Uint8Array<ArrayBuffer> {
  const parts = encodeSafetensorsParts(tensors, metadata);
  const file = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let position = 0;
  for (const part of parts) {
    file.set(part, position);
    position += part.length;
  }
  return file;
}
