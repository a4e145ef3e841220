import type { SafetensorsArrays, SafetensorsDtype } from "./safetensors_tensor.ts";

type View<Array> = (buffer: ArrayBufferLike, byteOffset: number, length: number) => Array;

interface DtypeEntry<Dtype extends SafetensorsDtype> {
  readonly bytes: number;
  readonly view: View<SafetensorsArrays[Dtype]>;
  /** Types of the arrays that may hold it. */
  readonly arrays: readonly string[];
}

/** In the order in which tensors lie in a file: that of the reference implementation, widest first. */
export const dtypes: { readonly [Dtype in SafetensorsDtype]: DtypeEntry<Dtype> } = {
  U64: { bytes: 8, view: (...at) => new BigUint64Array(...at), arrays: ["BigUint64Array"] },
  I64: { bytes: 8, view: (...at) => new BigInt64Array(...at), arrays: ["BigInt64Array"] },
  F64: { bytes: 8, view: (...at) => new Float64Array(...at), arrays: ["Float64Array"] },
  F32: { bytes: 4, view: (...at) => new Float32Array(...at), arrays: ["Float32Array"] },
  U32: { bytes: 4, view: (...at) => new Uint32Array(...at), arrays: ["Uint32Array"] },
  I32: { bytes: 4, view: (...at) => new Int32Array(...at), arrays: ["Int32Array"] },
  BF16: { bytes: 2, view: (...at) => new Uint16Array(...at), arrays: ["Uint16Array"] },
  F16: { bytes: 2, view: (...at) => new Float16Array(...at), arrays: ["Float16Array", "Uint16Array"] },
  U16: { bytes: 2, view: (...at) => new Uint16Array(...at), arrays: ["Uint16Array"] },
  I16: { bytes: 2, view: (...at) => new Int16Array(...at), arrays: ["Int16Array"] },
  I8: { bytes: 1, view: (...at) => new Int8Array(...at), arrays: ["Int8Array"] },
  U8: { bytes: 1, view: (...at) => new Uint8Array(...at), arrays: ["Uint8Array"] },
  BOOL: { bytes: 1, view: (...at) => new Uint8Array(...at), arrays: ["Uint8Array"] },
};

/** Bits of the element types that the reference implementation knows and JavaScript has no array for. */
const unreadableBits: ReadonlyMap<string, number> = new Map([
  ["C64", 64],
  ["F8_E4M3", 8],
  ["F8_E5M2", 8],
  ["F8_E8M0", 8],
  ["F8_E4M3FNUZ", 8],
  ["F8_E5M2FNUZ", 8],
  ["F6_E2M3", 6],
  ["F6_E3M2", 6],
  ["F4", 4],
]);

/** Whether a value names an element type that can be read. */
export function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === "string" && Object.hasOwn(dtypes, value);
}

/** Bits of an element; undefined for a type that nobody knows yet. */
export function bitsOf(dtype: string): number | undefined {
  return isDtype(dtype) ? 8 * dtypes[dtype].bytes : unreadableBits.get(dtype);
}

/** Whether a value is a list of sizes. */
export function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isSize);
}

/** Whether a value is an integer >= 0 that a float64 holds exactly. */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && !Object.is(value, -0);
}

/** The limit of the format, which keeps a bad length from taking all memory. */
export const MAXIMUM_HEADER_BYTES = 100_000_000;

/**
 * Whether a value is an offset in the data that stays exact with 8 bytes of length and any header in front: almost 8
 * PiB.
 */
export function isOffset(value: unknown): value is number {
  return isSize(value) && value <= Number.MAX_SAFE_INTEGER - MAXIMUM_HEADER_BYTES - 8;
}

/**
 * Bytes of a tensor, in exact arithmetic. Undefined where the reference implementation refuses: when the product of the
 * sizes, taken from the left, does not fit 64 bits (a size of 0 behind does not help), or when the bits do not fill
 * whole bytes. Also where no offset counts the bytes.
 */
export function byteLength(shape: readonly number[], bits: number): number | undefined {
  let count = 1n;
  for (const size of [...shape, bits]) {
    count *= BigInt(size);
    if (count >= 2n ** 64n) return undefined;
  }
  if (count % 8n !== 0n) return undefined;
  const bytes = Number(count / 8n);
  return isOffset(bytes) ? bytes : undefined;
}

/**
 * The name of a value's type: of typed arrays, from the array itself, so that those of other realms are told as well.
 */
export function typeOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
