import type { SafetensorsArrays, SafetensorsDtype } from "./safetensors_tensor.ts";

type View<Array> = (buffer: ArrayBufferLike, byteOffset: number, length: number) => Array;

interface DtypeEntry<Dtype extends SafetensorsDtype> {
  readonly bytes: number;
  readonly view: View<SafetensorsArrays[Dtype]>;
  readonly holds: (data: unknown) => boolean;
}

/** In the order in which tensors lie in a file: that of the reference implementation, widest first. */
export const dtypes: { readonly [Dtype in SafetensorsDtype]: DtypeEntry<Dtype> } = {
  U64: { bytes: 8, view: (...at) => new BigUint64Array(...at), holds: (data) => data instanceof BigUint64Array },
  I64: { bytes: 8, view: (...at) => new BigInt64Array(...at), holds: (data) => data instanceof BigInt64Array },
  F64: { bytes: 8, view: (...at) => new Float64Array(...at), holds: (data) => data instanceof Float64Array },
  F32: { bytes: 4, view: (...at) => new Float32Array(...at), holds: (data) => data instanceof Float32Array },
  U32: { bytes: 4, view: (...at) => new Uint32Array(...at), holds: (data) => data instanceof Uint32Array },
  I32: { bytes: 4, view: (...at) => new Int32Array(...at), holds: (data) => data instanceof Int32Array },
  BF16: { bytes: 2, view: (...at) => new Uint16Array(...at), holds: (data) => data instanceof Uint16Array },
  F16: {
    bytes: 2,
    view: (...at) => new Float16Array(...at),
    holds: (data) => data instanceof Float16Array || data instanceof Uint16Array,
  },
  U16: { bytes: 2, view: (...at) => new Uint16Array(...at), holds: (data) => data instanceof Uint16Array },
  I16: { bytes: 2, view: (...at) => new Int16Array(...at), holds: (data) => data instanceof Int16Array },
  I8: { bytes: 1, view: (...at) => new Int8Array(...at), holds: (data) => data instanceof Int8Array },
  U8: { bytes: 1, view: (...at) => new Uint8Array(...at), holds: (data) => data instanceof Uint8Array },
  BOOL: { bytes: 1, view: (...at) => new Uint8Array(...at), holds: (data) => data instanceof Uint8Array },
};

/** Whether a value names an element type. */
export function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === "string" && Object.hasOwn(dtypes, value);
}

/** Whether a value is a list of sizes. */
export function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isSize);
}

/** Whether a value is an integer >= 0 that a float64 holds exactly. */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && !Object.is(value, -0);
}

/** Number of elements of a shape; not a safe integer when the product is too large. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}
