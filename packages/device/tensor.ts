/** How the elements of a tensor are stored. Arithmetic is always done in f32 or better. */
export type DType = "f32" | "bf16" | "f16" | "i32";

/** Bytes of one element of each {@linkcode DType}. */
export const BYTES_PER_ELEMENT: Readonly<Record<DType, number>> = { f32: 4, bf16: 2, f16: 2, i32: 4 };

/**
 * A dense row-major array on a device. Plain data: a view (see {@linkcode reshape}, {@linkcode rowRange}) is another
 * tensor over the same storage.
 */
export interface Tensor {
  /** Extent of each axis, outermost first. */
  readonly shape: readonly number[];
  /** How the elements are stored. */
  readonly dtype: DType;
  /** The back end's own handle of the memory; nobody else looks inside. */
  readonly storage: Storage;
  /** First element within the storage, in elements. */
  readonly offset: number;
  /**
   * f32 [1]: the tensor stands for its elements times this. Types of few bits need one that fits what they hold. Only
   * operands of products may have one, and only where `Device.takesScales`; every other call refuses it. Default: 1.
   */
  readonly scale?: Tensor;
}

/** Memory of a back end, as an opaque handle. */
export interface Storage {
  /** Size in bytes. */
  readonly bytes: number;
}

/**
 * Number of elements of a shape: 1 for no axes.
 *
 * @example A matrix
 * ```ts
 * import { elementCount } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(elementCount([3, 4]), 12);
 * ```
 */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const extent of shape) count *= extent;
  return count;
}

/**
 * The same elements under another shape.
 *
 * @throws {TypeError} when the element counts differ
 *
 * @example Six elements
 * ```ts
 * import { reshape, type Tensor } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const tensor: Tensor = { shape: [2, 3], dtype: "f32", storage: { bytes: 24 }, offset: 0 };
 * assertEquals(reshape(tensor, [6]).shape, [6]);
 * ```
 */
export function reshape(tensor: Tensor, shape: readonly number[]): Tensor {
  if (elementCount(shape) !== elementCount(tensor.shape)) {
    throw new TypeError(
      `Cannot reshape a tensor as element counts differ: current value is [${tensor.shape}] to [${shape}]`,
    );
  }
  return { ...tensor, shape };
}

/**
 * The rows `start` (inclusive) to `end` (exclusive) of the outermost axis, as a view.
 *
 * @throws {RangeError} when the range leaves the tensor
 *
 * @example The last two of three rows
 * ```ts
 * import { rowRange, type Tensor } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const tensor: Tensor = { shape: [3, 4], dtype: "f32", storage: { bytes: 48 }, offset: 0 };
 * assertEquals(rowRange(tensor, 1, 3), { ...tensor, shape: [2, 4], offset: 4 });
 * ```
 */
export function rowRange(tensor: Tensor, start: number, end: number): Tensor {
  const [rows = 0, ...rest] = tensor.shape;
  if (!(0 <= start && start <= end && end <= rows)) {
    throw new RangeError(
      `Cannot take rows of a tensor as they leave its ${rows} rows: current value is ${start} to ${end}`,
    );
  }
  return { ...tensor, shape: [end - start, ...rest], offset: tensor.offset + start * elementCount(rest) };
}
