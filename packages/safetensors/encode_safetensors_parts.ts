import { dtypes, elementCount, isDtype, isShape } from "./_dtypes.ts";
import { encodeSafetensorsHeader } from "./encode_safetensors_header.ts";
import type { SafetensorsMetadata, SafetensorsTensor, SafetensorsTensors } from "./safetensors_tensor.ts";

/** Throws unless the array fits dtype and shape; whether those are right is a matter of the header. */
function checkArray(name: string, { dtype, shape, data }: SafetensorsTensor): void {
  if (!isDtype(dtype) || !isShape(shape)) return;
  const quoted = JSON.stringify(name);
  if (!dtypes[dtype].holds(data)) {
    const kind = Object.prototype.toString.call(data).slice(8, -1);
    throw new TypeError(`Cannot encode tensor ${quoted} as its array must fit ${dtype}: current value is ${kind}`);
  }
  if (elementCount(shape) !== data.length) {
    throw new TypeError(
      `Cannot encode tensor ${quoted} as shape [${shape}] has ${elementCount(shape)} elements: ` +
        `current value is ${data.length}`,
    );
  }
}

/**
 * Encodes tensors as the pieces of a safetensors file, to be written one after the other: the header, then each tensor.
 *
 * The tensors' pieces are views of their arrays, not copies: nothing but the header is allocated, so files of any size can be
 * written. Write them before the arrays change. {@linkcode encodeSafetensorsHeader} says in which order tensors go; it is
 * all it takes when they are not in memory together.
 *
 * @param tensors Tensors by name
 * @param metadata Free text by name
 * @returns The pieces, header first
 * @throws {TypeError} If a name is reserved (`__metadata__`) or not well-formed Unicode, or an array fits neither its dtype nor
 *   its shape, or metadata are not strings
 * @throws {RangeError} If the header is longer than 100 MB
 *
 * @example Write a file piece by piece
 * ```ts
 * import { encodeSafetensorsParts } from "@beyond24/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const parts = encodeSafetensorsParts({ ids: { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) } });
 * assertEquals(parts.length, 2);
 * assertEquals(parts[1], Uint8Array.of(1, 2, 3));
 * ```
 */
export function encodeSafetensorsParts(tensors: SafetensorsTensors, metadata?: SafetensorsMetadata): Uint8Array[] {
  for (const [name, tensor] of Object.entries(tensors)) checkArray(name, tensor);
  const { bytes, order } = encodeSafetensorsHeader(tensors, metadata);
  return [bytes, ...order.map((name) => bytesOf(tensors[name]))];
}

function bytesOf(tensor: SafetensorsTensor | undefined): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor?.data ?? new Uint8Array();
  return new Uint8Array(buffer, byteOffset, byteLength);
}
