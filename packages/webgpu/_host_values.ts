import { type DType, elementCount, type HostArray, type Tensor } from "@beyond24/device";

/** Refuses values that do not fit a tensor. */
export function checkHostArray({ shape, dtype }: Tensor, values: HostArray): void {
  const kind = dtype === "i32" ? Int32Array : Float32Array;
  if (values instanceof kind && values.length === elementCount(shape)) return;
  throw new TypeError(
    `Cannot write a tensor as ${dtype} [${shape}] takes ${elementCount(shape)} elements of ${kind.name}: ` +
      `current value is ${values.length} of ${values.constructor.name}`,
  );
}

/** Host values as the device stores them, in memory that is not shared. */
export function storedValues(
  values: HostArray,
  dtype: DType,
): (Float32Array | Int32Array | Float16Array) & ArrayBufferView<ArrayBuffer> {
  if (dtype === "f16") return new Float16Array(values);
  if (values.buffer instanceof ArrayBuffer) return values as Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  return values instanceof Int32Array ? new Int32Array(values) : new Float32Array(values);
}

/** Bytes of the device as host values, floats widened to f32. */
export function hostValues(data: ArrayBuffer, dtype: DType, start: number, count: number): HostArray {
  if (dtype === "i32") return new Int32Array(data).subarray(start, start + count);
  if (dtype === "f16") return new Float32Array(new Float16Array(data).subarray(start, start + count));
  return new Float32Array(data).subarray(start, start + count);
}
