import type { Collectives, Rank } from "./collectives.ts";
import type { Allocator, Device } from "./device.ts";
import { type DType, elementCount, type Tensor } from "./tensor.ts";

/** Elements to a multiple of which parts are rounded up: 256 bytes of f32, at which every device may begin to read. */
const UNIT = 64;

/**
 * Elements of one of `size` equal parts of a tensor; with several, a multiple of 64, so that the last parts may reach
 * behind its end.
 *
 * @param shape Shape of the tensor
 * @param size Number of parts
 * @returns Elements of each
 *
 * @example A matrix of three ranks
 * ```ts
 * import { partLength } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([1, 3].map((size) => partLength([30, 10], size)), [300, 128]);
 * ```
 */
export function partLength(shape: readonly number[], size: number): number {
  const count = elementCount(shape);
  return size === 1 ? count : Math.ceil(count / (size * UNIT)) * UNIT;
}

/**
 * Allocates a tensor with room behind it for `size` equal parts: zeros that belong to no element.
 *
 * @param allocator Where it comes from
 * @param shape Shape of the tensor
 * @param dtype How elements are stored
 * @param size Number of parts
 * @returns The tensor; free what {@linkcode allParts} says of it
 *
 * @example Ten elements of two ranks
 * ```ts
 * import { allParts, ownPart, partedTensor } from "@beyond24/device";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const tensor = partedTensor(device, [2, 35], "f32", 2);
 * device.write(tensor, Float32Array.from({ length: 70 }, (_, i) => i));
 * const second = await device.read(ownPart(tensor, { rank: 1, size: 2 }));
 * assertEquals([...second.subarray(0, 7)], [64, 65, 66, 67, 68, 69, 0]);
 * device.free(allParts(tensor, 2));
 * assertEquals(device.liveBytes, 0);
 * ```
 */
export function partedTensor(allocator: Allocator, shape: readonly number[], dtype: DType, size: number): Tensor {
  if (size === 1) return allocator.tensor(shape, dtype);
  return { ...allocator.tensor([size * partLength(shape, size)], dtype), shape };
}

/**
 * All parts of a {@linkcode partedTensor}, the room behind it included, as collectives cut them.
 *
 * @param tensor The tensor
 * @param size Number of parts
 * @returns One axis
 *
 * @example Two parts
 * ```ts
 * import { allParts, type Tensor } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const tensor: Tensor = { shape: [2, 35], dtype: "f32", storage: { bytes: 512 }, offset: 0 };
 * assertEquals(allParts(tensor, 2).shape, [128]);
 * ```
 */
export function allParts(tensor: Tensor, size: number): Tensor {
  return size === 1 ? tensor : { ...tensor, shape: [size * partLength(tensor.shape, size)] };
}

/**
 * The part of one rank of a {@linkcode partedTensor}, as a view.
 *
 * @param tensor The tensor
 * @param rank The rank
 * @returns One axis; with one rank the tensor itself
 *
 * @example The second of two
 * ```ts
 * import { ownPart, type Tensor } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const tensor: Tensor = { shape: [2, 35], dtype: "f32", storage: { bytes: 512 }, offset: 0 };
 * const { shape, offset } = ownPart(tensor, { rank: 1, size: 2 });
 * assertEquals([shape, offset], [[64], 64]);
 * ```
 */
export function ownPart(tensor: Tensor, { rank, size }: Rank): Tensor {
  if (size === 1) return tensor;
  const length = partLength(tensor.shape, size);
  return { ...tensor, shape: [length], offset: tensor.offset + rank * length };
}

/**
 * Which elements of a whole tensor the part of a rank holds.
 *
 * @param shape Shape of the whole tensor
 * @param rank The rank
 * @returns From `start` (inclusive) to `end` (exclusive); none where the part is room only
 *
 * @example The second of two parts of 70 elements
 * ```ts
 * import { partRange } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(partRange([2, 35], { rank: 1, size: 2 }), { start: 64, end: 70 });
 * ```
 */
export function partRange(shape: readonly number[], { rank, size }: Rank): { start: number; end: number } {
  const [count, length] = [elementCount(shape), partLength(shape, size)];
  return { start: Math.min(count, rank * length), end: Math.min(count, (rank + 1) * length) };
}

/**
 * Writes what a rank has of a tensor: the values of its part, the room behind them zero.
 *
 * @param device Where the part lies
 * @param part As many elements as {@linkcode partLength} says
 * @param values The elements that {@linkcode partRange} says
 *
 * @example Three elements of 64
 * ```ts
 * import { writePart } from "@beyond24/device";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const part = device.tensor([64], "f32");
 * writePart(device, part, new Float32Array([1, 2, 3]));
 * assertEquals((await device.read(part)).subarray(0, 4), new Float32Array([1, 2, 3, 0]));
 * ```
 */
export function writePart(device: Device, part: Tensor, values: Float32Array): void {
  const count = elementCount(part.shape);
  if (values.length === count) return device.write(part, values);
  const padded = new Float32Array(count);
  padded.set(values);
  device.write(part, padded);
}

/**
 * Brings a tensor together of which every rank has its part. All ranks call it.
 *
 * @param device Where it lies
 * @param part The part of this rank, f32
 * @param shape Shape of the whole
 * @param collectives The ranks
 * @returns A persistent tensor; free what {@linkcode allParts} says of it
 *
 * @example Of one rank
 * ```ts
 * import { gatherParts, soloCollectives } from "@beyond24/device";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const part = device.tensor([2, 2], "f32");
 * device.write(part, new Float32Array([1, 2, 3, 4]));
 * const whole = await gatherParts(device, part, [2, 2], soloCollectives);
 * assertEquals(await device.read(whole), new Float32Array([1, 2, 3, 4]));
 * ```
 */
export async function gatherParts(
  device: Device,
  part: Tensor,
  shape: readonly number[],
  collectives: Collectives,
): Promise<Tensor> {
  const whole = partedTensor(device, shape, "f32", collectives.size);
  device.kernels.copy({ x: part, out: ownPart(whole, collectives) });
  await collectives.allGather([allParts(whole, collectives.size)]);
  return whole;
}
