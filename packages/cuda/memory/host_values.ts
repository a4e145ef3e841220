import type { HostArray, Tensor } from "@beyond24/device";
import { elementCount, encodeBf16 } from "@beyond24/device";

/**
 * The bytes that a tensor stores for host values.
 *
 * @throws {TypeError} when lengths or kinds differ
 */
export function encodeHostValues(tensor: Tensor, values: HostArray): Uint8Array {
  const count = elementCount(tensor.shape);
  if (values.length !== count) {
    throw new TypeError(
      `Cannot write a tensor as it has ${count} elements of shape [${tensor.shape}]: current value is ${values.length}`,
    );
  }
  if ((tensor.dtype === "i32") !== (values instanceof Int32Array)) {
    throw new TypeError(
      `Cannot write a tensor as ${tensor.dtype} takes ${
        tensor.dtype === "i32" ? "an Int32Array" : "a Float32Array"
      }: ` +
        `current value is ${values.constructor.name}`,
    );
  }
  if (tensor.dtype === "bf16" && values instanceof Float32Array) return bytesOf(encodeBf16(values));
  if (tensor.dtype === "f16" && values instanceof Float32Array) return bytesOf(new Float16Array(values));
  return bytesOf(values);
}

/** Host values of the bytes that a tensor stores; the bytes are copied. */
export function decodeHostValues(tensor: Tensor, bytes: Uint8Array): HostArray {
  const copy = bytes.slice();
  if (tensor.dtype === "i32") return new Int32Array(copy.buffer);
  if (tensor.dtype === "bf16") return decodeBf16(copy);
  if (tensor.dtype === "f16") return Float32Array.from(new Float16Array(copy.buffer));
  return new Float32Array(copy.buffer);
}

/** Floats of bf16 bytes. */
export function decodeBf16(bytes: Uint8Array<ArrayBuffer>): Float32Array {
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const result = new Uint32Array(words.length);
  for (let i = 0; i < words.length; i++) result[i] = (words[i] ?? 0) << 16;
  return new Float32Array(result.buffer);
}

function bytesOf(view: Float32Array | Int32Array | Uint16Array | Float16Array): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
