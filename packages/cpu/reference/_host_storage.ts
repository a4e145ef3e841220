import type { DType, Storage, Tensor } from "@beyond24/device";
import { BYTES_PER_ELEMENT, elementCount } from "@beyond24/device";

/** Fills i32 memory that nobody has written: no count, token or row looks like it. */
const POISON_INTEGER = -559038737;

/**
 * Memory of one tensor. Floats of every type are kept as f32 that are exact in their type; `bytes` counts what the type
 * would take.
 */
export class HostStorage implements Storage {
  readonly bytes: number;
  readonly data: Float32Array | Int32Array;

  constructor(readonly elements: number, readonly dtype: DType) {
    this.bytes = elements * BYTES_PER_ELEMENT[dtype];
    this.data = dtype === "i32" ? new Int32Array(elements) : new Float32Array(elements);
  }

  /** Makes every read before the next write show: NaN, or an integer that cannot be meant. */
  poison(): void {
    this.data.fill(this.dtype === "i32" ? POISON_INTEGER : NaN);
  }
}

/** The elements of a floating tensor, as a view of its memory. */
export function floats(tensor: Tensor): Float32Array {
  const data = dataOf(tensor);
  if (data instanceof Float32Array) return data;
  throw new TypeError(`Cannot read a tensor as floats as it holds integers: current value is ${tensor.dtype}`);
}

/** The number that an f32 [1] tensor holds; 1 when there is none, as a factor. */
export function numberOf(tensor: Tensor | undefined): number {
  return tensor === undefined ? 1 : floats(tensor)[0] ?? NaN;
}

/** The elements of an i32 tensor, as a view of its memory. */
export function integers(tensor: Tensor): Int32Array {
  const data = dataOf(tensor);
  if (data instanceof Int32Array) return data;
  throw new TypeError(`Cannot read a tensor as integers as it holds floats: current value is ${tensor.dtype}`);
}

function dataOf({ storage, offset, shape }: Tensor): Float32Array | Int32Array {
  if (storage instanceof HostStorage) return storage.data.subarray(offset, offset + elementCount(shape));
  throw new TypeError(`Cannot use a tensor as it belongs to another device: current value is [${shape}]`);
}
