import { dtypes } from "./_dtypes.ts";
import { decodeSafetensorsHeader, type SafetensorsEntry } from "./decode_safetensors_header.ts";
import type { SafetensorsMetadata, SafetensorsTensor, SafetensorsTensors } from "./safetensors_tensor.ts";

/** The contents of a file. */
export interface SafetensorsFile {
  /** Tensors by name. */
  readonly tensors: SafetensorsTensors;
  /** Free text by name. */
  readonly metadata: SafetensorsMetadata;
}

function readTensor(bytes: Uint8Array, { dtype, shape, start, end }: SafetensorsEntry): SafetensorsTensor {
  const { bytes: width, view } = dtypes[dtype];
  const offset = bytes.byteOffset + start;
  const length = (end - start) / width;
  const data = offset % width === 0
    ? view(bytes.buffer, offset, length)
    : view(new Uint8Array(bytes.subarray(start, end)).buffer, 0, length);
  return { dtype, shape, data } as SafetensorsTensor; // the table gives the array that belongs to the dtype
}

/**
 * Decodes a safetensors file.
 *
 * Tensors are views of `bytes` where their place in memory allows it and copies where it does not; files of
 * {@linkcode encodeSafetensors} at a multiple of 8 give views only. F16 becomes a `Float16Array`, BF16 a `Uint16Array` of
 * bits. Numbers are little-endian, as every platform of Deno is.
 *
 * @param bytes The whole file
 * @returns Tensors and metadata
 * @throws {SyntaxError} If the header is not UTF-8 JSON of the right form, a name occurs twice, or a dtype is unknown
 * @throws {RangeError} If the file is shorter or longer than its header says, the header longer than 100 MB, or offsets do
 *   not fit the sizes of tensors, overlap, or leave a hole
 *
 * @example Encode and decode
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "@beyond24/safetensors";
 * import { assertEquals } from "@std/assert";
 *
 * const tensors = { weight: { dtype: "F32", shape: [1, 2], data: Float32Array.of(1, 2) } } as const;
 * const file = decodeSafetensors(encodeSafetensors(tensors, { step: "7" }));
 * assertEquals(file.tensors, tensors);
 * assertEquals(file.metadata, { step: "7" });
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { entries, metadata, fileBytes } = decodeSafetensorsHeader(bytes);
  if (fileBytes !== bytes.length) {
    throw new RangeError(
      `Cannot decode safetensors as its header describes ${fileBytes} bytes: current value is ${bytes.length}`,
    );
  }
  const tensors = Object.entries(entries).map(([name, entry]) => [name, readTensor(bytes, entry)] as const);
  return { tensors: Object.fromEntries(tensors), metadata };
}
