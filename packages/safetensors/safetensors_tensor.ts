/** The array that holds the elements of each element type. */
export interface SafetensorsArrays {
  /** 64-bit floats. */
  F64: Float64Array;
  /** 32-bit floats. */
  F32: Float32Array;
  /** 16-bit IEEE floats, or their bits. Decoding gives a `Float16Array`. */
  F16: Float16Array | Uint16Array;
  /** Bits of bfloat16: the upper half of a 32-bit float. */
  BF16: Uint16Array;
  /** 64-bit signed integers. */
  I64: BigInt64Array;
  /** 32-bit signed integers. */
  I32: Int32Array;
  /** 16-bit signed integers. */
  I16: Int16Array;
  /** 8-bit signed integers. */
  I8: Int8Array;
  /** 64-bit unsigned integers. */
  U64: BigUint64Array;
  /** 32-bit unsigned integers. */
  U32: Uint32Array;
  /** 16-bit unsigned integers. */
  U16: Uint16Array;
  /** 8-bit unsigned integers. */
  U8: Uint8Array;
  /** One byte each, 0 or 1 (not checked). */
  BOOL: Uint8Array;
}

/** Name of an element type in a header. */
export type SafetensorsDtype = keyof SafetensorsArrays;

/** A tensor of one element type. */
export interface SafetensorsTensorOf<Dtype extends SafetensorsDtype> {
  /** Element type. */
  readonly dtype: Dtype;
  /** Sizes, slowest first; empty for a scalar. */
  readonly shape: readonly number[];
  /** Elements in row-major order. */
  readonly data: SafetensorsArrays[Dtype];
}

/** A tensor of any element type. */
export type SafetensorsTensor = { [Dtype in SafetensorsDtype]: SafetensorsTensorOf<Dtype> }[SafetensorsDtype];

/** Tensors by name. */
export type SafetensorsTensors = Readonly<Record<string, SafetensorsTensor>>;

/** Free text by name, stored as `__metadata__` in the header. */
export type SafetensorsMetadata = Readonly<Record<string, string>>;
