import type { DType, PackedMatrix24, Segments, Tensor, UnbiasedDraw } from "@beyond24/device";
import { elementCount } from "@beyond24/device";
import { addressOfTensor, storageOf } from "../memory/storage.ts";
import type { LaunchGeometry } from "../driver/driver.ts";
import type { LaunchContext } from "./launch_context.ts";
import { i32, type KernelArgument, pointer } from "../driver/pack_arguments.ts";
import { packedLayout } from "../memory/packed_layout.ts";

/** Address of a tensor, or a null pointer for one that is left out. */
export function address(tensor: Tensor | undefined): KernelArgument {
  return pointer(tensor === undefined ? 0n : addressOfTensor(tensor));
}

/** Address of the last of the offsets: the number of rows in use; null when all rows are. */
export function usedRows(segments: Segments | undefined): KernelArgument {
  if (segments === undefined) return pointer(0n);
  const { offsets } = segments;
  return pointer(addressOfTensor(offsets) + 4n * BigInt(elementCount(offsets.shape) - 1));
}

/** Address of the step and key of an unbiased selection; a null pointer where the largest are selected. */
export function drawArguments(unbiased: UnbiasedDraw | undefined): [KernelArgument, KernelArgument] {
  return [address(unbiased?.step), i32((unbiased?.key ?? 0) | 0)];
}

/** Addresses of the values and of the metadata of a packed matrix; null pointers for one that is left out. */
export function packedAddresses(packed: PackedMatrix24 | undefined): [KernelArgument, KernelArgument] {
  if (packed === undefined) return [pointer(0n), pointer(0n)];
  const { address } = storageOf(packed);
  const { metadataOffset } = packedLayout(packed.rows, packed.cols, packed.axis);
  return [pointer(address), pointer(address + BigInt(metadataOffset))];
}

/** Values, metadata, m, k and axis of a packed matrix, as the kernels take them. */
export function packedArguments(packed: PackedMatrix24): KernelArgument[] {
  const { m, k } = packedLayout(packed.rows, packed.cols, packed.axis);
  return [...packedAddresses(packed), i32(m), i32(k), i32(packed.axis === "rows" ? 1 : 0)];
}

/**
 * Name of a floating type in the names of kernels.
 *
 * @throws {TypeError} for a type that this back end does not compute with
 */
export function floatName({ dtype }: { readonly dtype: DType }): "f32" | "bf16" {
  if (dtype === "f32" || dtype === "bf16") return dtype;
  throw new TypeError(`Cannot run a CUDA kernel as it takes f32 or bf16: current value is ${dtype}`);
}

/** The one type that several tensors share. */
export function commonName(...tensors: readonly Tensor[]): "f32" | "bf16" {
  const names = tensors.map(floatName);
  const [first = "f32"] = names;
  if (names.every((name) => name === first)) return first;
  throw new TypeError(`Cannot run a CUDA kernel as its tensors must have one type: current value is ${names}`);
}

/** Refuses a tensor of another type. */
export function requireType(tensor: Tensor, dtype: "f32" | "bf16" | "i32"): void {
  if (tensor.dtype === dtype) return;
  throw new TypeError(`Cannot run a CUDA kernel as it takes ${dtype}: current value is ${tensor.dtype}`);
}

/** Refuses tensors of different element counts; gives the count. */
export function commonCount(...tensors: readonly Tensor[]): number {
  const counts = tensors.map(({ shape }) => elementCount(shape));
  const [first = 0] = counts;
  if (counts.every((count) => count === first)) return first;
  throw new TypeError(`Cannot run a CUDA kernel as element counts must be equal: current value is ${counts}`);
}

/** Rows and columns of a tensor of two axes. */
export function matrixSize({ shape }: Tensor): [rows: number, cols: number] {
  const [rows, cols] = shape;
  if (rows !== undefined && cols !== undefined && shape.length === 2) return [rows, cols];
  throw new TypeError(`Cannot run a CUDA kernel as it takes a matrix: current value is [${shape}]`);
}

const THREADS = 256;

/** Threads that walk over `count` items in strides, `perThread` of them at a time; no more blocks than fill the GPU. */
export function strided(context: LaunchContext, count: number, perThread: number): LaunchGeometry {
  const blocks = Math.ceil(count / (perThread * THREADS));
  return { grid: [Math.min(blocks, 16 * context.driver.properties.multiprocessors), 1, 1], block: [THREADS, 1, 1] };
}

/** One block for each row; as many threads as eight columns each need, up to `threads`. */
export function blockPerRow(rows: number, cols: number, threads = 256): LaunchGeometry {
  const needed = Math.max(32, Math.min(threads, Math.ceil(cols / 8 / 32) * 32));
  return { grid: [rows, 1, 1], block: [needed, 1, 1] };
}
